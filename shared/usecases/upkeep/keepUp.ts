import type { Ports } from "../../ports.ts";
import type { UpkeepPart } from "../../ports/workQueue.ts";
import { sendAtPace } from "./sendAtPace.ts";
import { sweepClaims } from "./sweepClaims.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How often each part is sent at most; less than the five minutes between two passes means with each of them. */
const paces: readonly (readonly [UpkeepPart, number])[] = [
  ["pruneMessages", 4 * minuteMs],
  ["removeOrphans", 4 * minuteMs],
  ["sweepEvents", 4 * minuteMs],
  ["sendCompactions", 4 * minuteMs],
  ["sweepUploads", hourMs],
  ["keepUpJobs", hourMs],
  ["keepUpProjects", hourMs],
  ["removeGarbage", hourMs],
  ["pruneAudit", hourMs],
  ["tidyLists", hourMs],
  ["pruneOldImports", 24 * hourMs],
  ["pruneOldExports", 24 * hourMs],
  ["tidyOldLists", 24 * hourMs],
];

/**
 * One pass of the upkeep. It points at work that was left, which must not wait for anything; all else it sends as work
 * of its own. What fails keeps nothing else from its turn, and is tried again by the next pass.
 */
export async function keepUp(ports: Ports): Promise<void> {
  const failures: string[] = [];
  const attempt = async (part: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      failures.push(part);
      ports.log.error("upkeep.failed", { part }, error);
    }
  };
  await attempt("sweepClaims", () => sweepClaims(ports));
  for (const [part, paceMs] of paces) {
    await attempt(part, () => sendAtPace(ports, { kind: "upkeep", part }, paceMs));
  }
  if (failures.length > 0) throw new Error(`The upkeep could not end: ${failures.join(", ")}.`);
}
