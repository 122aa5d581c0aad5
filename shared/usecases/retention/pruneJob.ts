import type { Ports } from "../../ports.ts";

const rowsAtOnce = 200;
const roundsMax = 50;

/** Deletes a job's final ledger rows, keys and load samples from before then; what is over the bound goes next time. */
export async function pruneJob(ports: Ports, activityId: string, before: number): Promise<void> {
  for (const rows of [ports.occurrences, ports.idempotency, ports.loadSamples]) {
    for (let round = 0; round < roundsMax; round++) {
      if ((await rows.removeBefore(activityId, before, rowsAtOnce)) < rowsAtOnce) break;
    }
  }
}
