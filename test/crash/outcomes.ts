import { isDeepStrictEqual } from "node:util";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { isFinalExport } from "../../shared/domain/outboundMessage.ts";
import type { Stage } from "../support/crashSweep.ts";
import { exportJob } from "../support/definitions.ts";
import { messagesOf } from "../support/invariants.ts";
import { csv, ref } from "./clients.ts";

export function differs(what: string, found: unknown, expected: unknown): readonly string[] {
  if (isDeepStrictEqual(found, expected)) return [];
  return [`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`];
}

export async function importsOf(stage: Stage, job: RecurringJob): Promise<readonly InboundMessage[]> {
  const messages = (await messagesOf(stage.ports(), job.activityId)).filter(
    (message) => message.direction === "import",
  );
  return messages.toSorted((one, other) => (one.order < other.order ? -1 : 1));
}

/** `state rows read/created/updated/unchanged/failed` of every message, in the order of the line. */
export async function outcomes(stage: Stage, job: RecurringJob): Promise<readonly string[]> {
  return Promise.all(
    (await importsOf(stage, job)).map(async ({ state, executionId }) => {
      const execution = executionId === undefined ? undefined : await stage.ports().executions.find(executionId);
      const [entity] = execution?.entities ?? [];
      if (!entity) return state;
      return [state, entity.rowsRead, entity.created, entity.updated, entity.unchanged, entity.failed].join(" ");
    }),
  );
}

export async function tickAndWork(stage: Stage): Promise<void> {
  stage.clock.advance(60_000);
  await stage.tick();
  await stage.work();
}

/** Good, rejected and doubled records, and enough of them that the staging spills. */
export const mixedFile = csv(
  "10,Wholesale,1",
  "20,Retail,x",
  "30,Web,3",
  "40,Partner,4",
  "30,Web again,5",
  "50,Staff,6",
);
export const mixedOutcome = "ProcessedWithErrors 6 4 0 0 2";
export const mixedRecords = ["10 Wholesale", "30 Web", "40 Partner", "50 Staff"];

export async function exportProblems(stage: Stage, expected: readonly string[]): Promise<readonly string[]> {
  const delivered = [...stage.deliveries.values()].flat().map((row) => row.split(",").slice(0, 2).join(" "));
  const marks = await stage.ports().messages.findWatermarks(exportJob.activityId);
  const { seq } = await stage.ports().entities.openSnapshot(ref);
  const unended = (await messagesOf(stage.ports(), exportJob.activityId)).filter(
    (message) => message.direction === "export" && !isFinalExport(message),
  );
  return [
    ...differs("every change, once", delivered.toSorted(), expected),
    ...differs(
      "the watermark",
      Object.values(marks).map((mark) => (typeof mark === "number" ? mark : mark.seq)),
      [seq],
    ),
    ...differs(
      "P5: messages that nobody acknowledged",
      unended.map((message) => message.state),
      [],
    ),
  ];
}

/** Due once a day, so that little else goes on, and that the retention passes over few due times. */
export const daily = (job: RecurringJob): RecurringJob => ({
  ...job,
  processingRecurrence: { ...job.processingRecurrence!, interval: 24 * 60 },
});
