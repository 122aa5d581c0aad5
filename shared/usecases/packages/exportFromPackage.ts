import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { exportNow } from "../runs/exportNow.ts";
import type { RunWish } from "../runs/openProject.ts";
import type { StartedRun } from "../runs/startedRun.ts";
import { openSentPackage } from "./openSentPackage.ts";
import { projectOfPackage, removeMade } from "./projectOfPackage.ts";
import { wasAccepted } from "./wasAccepted.ts";

/** What somebody asks of one export whose project a package describes. */
export interface TemplateWish extends RunWish {
  /** As it was given out. */
  readonly packageUrl: string;
  /** Whether the lines of a project that is there are replaced by those of the package. */
  readonly overwrite: boolean;
}

/**
 * Exports by a project that is made of a package's manifest, or whose lines are; the package's own files count for
 * nothing. What cannot be exported leaves no project behind that was not there. A repeat under the same execution id
 * answers the same run.
 */
export async function exportFromPackage(ports: Ports, wish: TemplateWish, by: Actor): Promise<StartedRun> {
  const { packageUrl, overwrite, ...run } = wish;
  const sent = await openSentPackage(ports, by, packageUrl);
  const isRepeat = await wasAccepted(ports, wish);
  const { project: name, requestedId } = wish;
  const asked = { name, requestedId, overwrite, direction: "export" } as const;
  const made = isRepeat ? undefined : await projectOfPackage(ports, sent, asked, by);
  try {
    return await exportNow(ports, run, by);
  } catch (error) {
    if (error instanceof DomainError) await removeMade(ports, made, wish, by);
    throw error;
  }
}
