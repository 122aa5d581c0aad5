import { type InboundMessage, isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { mendMessage } from "../../shared/usecases/operate/mendMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, importJob, operator } from "../support/definitions.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, importsOf, mixedFile, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

const orderedJob: RecurringJob = { ...importJob, isOrdered: true };

/** What came first, whichever messages mend it. */
async function firstOf(stage: Stage): Promise<InboundMessage> {
  return (await importsOf(stage, orderedJob)).find(({ mends }) => !mends)!;
}

/** Who got no answer asks the same again: the row that a limit keeps out, once, and never what was read before. */
const mendRow = async (stage: Stage): Promise<void> => {
  const message = await firstOf(stage);
  if (!isFinalImport(message) || message.run > 1 || message.executionId === undefined) return;
  const rows = [{ line: 3, values: { CreditLimit: "2" } }];
  const wish = { executionId: message.executionId, entity: customerGroups.name, rows, leaveOut: [], isForced: false };
  await mendMessage(stage.ports(), orderedJob.activityId, message.id, operator, wish);
};

/** The doubled row, which nobody mended, runs again alone. */
const retryOthers = async (stage: Stage): Promise<void> => {
  const message = await firstOf(stage);
  if (message.run > 1 || !message.mendedBy) return;
  await retryMessage(stage.ports(), orderedJob.activityId, message.id, operator, { rows: "rejected" });
};

const mendAndRetry = async (stage: Stage): Promise<void> => {
  await mendRow(stage);
  await retryOthers(stage);
};

const mended: Scenario = {
  name: "a rejected row that is mended, while the others are tried again",
  jobs: [orderedJob],
  prepare: async (stage) => {
    await push(stage, orderedJob, mixedFile, "key 1");
    await tickAndWork(stage);
  },
  steps: [mendRow, mendRow, (stage) => stage.work(), retryOthers, (stage) => stage.work()],
  meanwhile: mendAndRetry,
  check: async (stage) => {
    const first = await firstOf(stage);
    return [
      ...differs("P3: effects", await outcomes(stage, orderedJob), [
        "ProcessedWithErrors 1 0 0 0 1",
        "Processed 1 1 0 0 0",
      ]),
      ...differs("records", await storedRecords(stage.ports()), [...mixedRecords, "20 Retail"].toSorted()),
      ...differs("mends that are noted", first.mendedBy?.length, 1),
    ];
  },
};

export const mends = { mended } as const satisfies Readonly<Record<string, Scenario>>;
