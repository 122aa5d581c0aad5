import { createHash } from "node:crypto";
import { foldName } from "../../domain/foldName.ts";

/** No job has an id that begins so, and whose version says that it was derived from a name (UUIDv8, RFC 9562). */
const projectRunsPattern = /^00000000-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Where the runs of a project are kept that no job started, in place of an activity id; the same for ever. */
export function projectRunsId(project: string): string {
  const hex = createHash("sha256")
    .update(`project ${foldName(project.trim())}`)
    .digest("hex");
  const variant = ((Number.parseInt(hex.slice(7, 8), 16) & 0x3) | 0x8).toString(16);
  return `00000000-${hex.slice(0, 4)}-8${hex.slice(4, 7)}-${variant}${hex.slice(8, 11)}-${hex.slice(11, 23)}`;
}

export function isProjectRunsId(activityId: string): boolean {
  return projectRunsPattern.test(activityId);
}
