import { describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { removeMessage } from "../../shared/usecases/retention/removeMessage.ts";
import { openHost, sharedClock } from "../support/crashHost.ts";
import { exportJob, importJob, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { orphans } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { push } from "../usecases/world.ts";
import { csv } from "./clients.ts";

const callsMax = 100;
/** Good and rejected records, and enough of them that the staging spills. */
const file = csv("10,Wholesale,1", "20,Retail,x", "30,Web,3", "40,Partner,4", "50,Staff,6");

/** What is left that belongs to nothing, when the message goes while its worker is held up before its nth call. */
async function removedBeforeCall(job: RecurringJob, nth: number) {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const ports = openHost(ground, clock);
  await seed(ports);
  const { activityId } = job;
  const messageId =
    job === importJob ? await push(ports, file) : (await beginExport(ports, exportJob, clock.now())).messageId;
  let calls = 0;
  const before = async (): Promise<void> => {
    if (calls++ !== nth) return;
    clock.advance(2 * testSettings.leaseMs);
    const stored = await ports.messages.find(activityId, messageId);
    if (stored) await removeMessage(ports, stored);
  };
  const slow = openHost(faultyGround(ground, { before }).ground, clock);
  await (job === importJob ? importMessage : exportMessage)(slow, activityId, messageId).catch(() => undefined);
  return { isOver: calls <= nth, left: await orphans({ ports, ground, jobs: [importJob, exportJob] }) };
}

describe("a worker whose message was removed while it stood still", () => {
  for (const [what, job] of [
    ["an import", importJob],
    ["an export", exportJob],
  ] as const) {
    test(`leaves nothing that belongs to it, wherever that was: ${what}`, async () => {
      for (let nth = 0; nth < callsMax; nth++) {
        const { isOver, left } = await removedBeforeCall(job, nth);
        if (isOver) return;
        expect(left, `held up before call ${nth}`).toEqual([]);
      }
      expect.unreachable("The worker never came to its end.");
    });
  }
});
