import { describe, expect, test } from "vitest";
import { newEntityExecution } from "../../shared/domain/execution.ts";
import { type InboundMessage, claim, finishImport, retry } from "../../shared/domain/inboundMessage.ts";
import type { Occurrence } from "../../shared/domain/occurrence.ts";
import type { EndedQuestion, ExecutionQuestion, Lists } from "../../shared/ports/lists.ts";
import type { Messages } from "../../shared/ports.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { messageKey, messageValues } from "../../shared/storage/messages/messageRows.ts";
import { type OpenStoresFor, accept, guid, inbound, job, noon, pagesOf, present } from "./storesHarness.ts";

const at = (step: number): number => noon + 1000 * step;
const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16);

type End = "Processed" | "ProcessedWithErrors" | "PostProcessingError" | "PreProcessingError";

function ended(message: InboundMessage, state: End, step: number): InboundMessage {
  return { ...finishImport(claim(message, at(0), 1, guid(1)), "PreProcessingError", at(step)), state };
}

/** A message that ended in that state, at that step. */
async function end(messages: Messages, number: number, state: End, step: number, activityId = job(1)): Promise<void> {
  await accept(messages, inbound(number, { activityId }));
  const stored = present(await messages.findInbound(activityId, inbound(number).id));
  await messages.replace(stored, ended(stored.value, state, step));
}

async function listed(lists: Lists, question: EndedQuestion) {
  return (await pagesOf((page) => lists.listEnded(question, page), 2)).flat().map(({ id }) => numberOf(id));
}

const execution = (number: number, step: number, more: { project?: string; activityId?: string } = {}) => ({
  id: guid(number),
  messageId: inbound(number).id,
  activityId: job(1),
  direction: "import" as const,
  project: "Customers",
  projectVersion: 1,
  jobVersion: 1,
  attempt: 1,
  startedAt: at(step),
  entities: [newEntityExecution({ entity: "Groups", format: "CSV", fileName: "a.csv", company: undefined })],
  warnings: [],
  ...more,
});

async function runs(lists: Lists, question: ExecutionQuestion) {
  return (await pagesOf((page) => lists.listExecutions(question, page), 2)).flat().map(({ id }) => numberOf(id));
}

const missed = (number: number, step: number): Occurrence => ({
  activityId: job(number),
  dueAt: at(step),
  lastDueAt: at(step + 1),
  dueTimes: 2,
  trigger: "recurrence",
  state: "missed",
  recordedAt: noon,
  attempts: 0,
  reason: null,
  messageId: null,
  startedAt: null,
  finishedAt: null,
});

export function listsContract(name: string, open: OpenStoresFor): void {
  describe(`lists across all jobs on ${name}`, () => {
    test("hold what ended, the latest end first, what failed apart and within a time", async () => {
      const { stores, others } = await open();
      await end(stores.messages, 1, "Processed", 7);
      await end(stores.messages, 2, "ProcessedWithErrors", 3);
      await end(stores.messages, 3, "PreProcessingError", 5, job(2));
      await end(stores.messages, 4, "PostProcessingError", 1);
      await accept(stores.messages, inbound(5));
      const { lists } = others;

      expect(await listed(lists, { hasErrors: false })).toEqual([1, 3, 2, 4]);
      expect(await listed(lists, { hasErrors: true })).toEqual([3, 2, 4]);
      expect(await listed(lists, { hasErrors: true, from: at(3), to: at(5) })).toEqual([2]);
      expect(await lists.countFailed({ from: at(3) }, 2)).toEqual({ count: 2, isCut: false });
      expect(await lists.countFailed({}, 2)).toEqual({ count: 2, isCut: true });
    });

    test("hold a message that was retried no more, until it ends again, and none that was removed", async () => {
      const { messages, lists } = (await open()).stores;
      await end(messages, 1, "PreProcessingError", 1);
      const failed = present(await messages.findInbound(job(1), inbound(1).id));
      const again = present(await messages.replace(failed, retry(failed.value, at(2))));
      expect(await listed(lists, { hasErrors: false })).toEqual([]);
      expect(await lists.countFailed({}, 9)).toEqual({ count: 0, isCut: false });

      const stored = present(await messages.replace(again, ended(again.value, "Processed", 3)));
      expect(await listed(lists, { hasErrors: false })).toEqual([1]);
      expect(await listed(lists, { hasErrors: true })).toEqual([]);
      await messages.remove(stored);
      expect(await listed(lists, { hasErrors: false })).toEqual([]);
    });

    test("do not keep what somebody else's write decided otherwise", async () => {
      const { stores, others } = await open();
      await accept(stores.messages, inbound(1));
      const seen = present(await stores.messages.findInbound(job(1), inbound(1).id));
      await others.messages.replace(seen, ended(seen.value, "Processed", 1));

      expect(await stores.messages.replace(seen, ended(seen.value, "PreProcessingError", 2))).toBeUndefined();
      expect(await listed(stores.lists, { hasErrors: false })).toEqual([1]);
      expect(await stores.lists.countFailed({}, 9)).toEqual({ count: 0, isCut: false });
    });

    test("hold executions by their begin, of all, of a project and of a job; of two attempts the last", async () => {
      const { stores, others } = await open();
      const { lists } = others;
      await stores.executions.save(execution(1, 1));
      await stores.executions.save(execution(2, 2, { project: "Vendors", activityId: job(2) }));
      const versions = { job: { name: job(1), version: 1 }, project: { name: "Customers", version: 1 } };
      await stores.executions.begin({ ...execution(3, 3), versions: { ...versions, entities: [], formats: [] } });
      await stores.executions.save({ ...execution(1, 4), attempt: 2, fence: 2 });

      expect(await runs(lists, {})).toEqual([1, 3, 2]);
      expect(await runs(lists, { project: "customers" })).toEqual([1, 3]);
      expect(await runs(lists, { activityId: job(2) })).toEqual([2]);
      expect(await runs(lists, { from: at(2), to: at(4) })).toEqual([3, 2]);
      await stores.executions.remove(guid(1));
      expect(await runs(lists, {})).toEqual([3, 2]);
      expect(await runs(lists, { activityId: job(1) })).toEqual([3]);
    });

    test("hold what was missed, the latest first, and not what the ledger says otherwise", async () => {
      const { stores, others } = await open();
      await stores.occurrences.insert(missed(1, 1));
      await stores.occurrences.insert(missed(2, 5));
      await others.occurrences.insert({ ...missed(1, 9), state: "due" });
      expect(await stores.occurrences.insert(missed(1, 9))).toBe(false);

      const both = [missed(2, 5), missed(1, 1)].map(({ activityId, dueAt, lastDueAt, dueTimes }) => ({
        activityId,
        dueAt,
        lastDueAt,
        dueTimes,
      }));
      expect(await others.lists.listMissed(0, 9)).toEqual(both);
      expect(await others.lists.listMissed(at(6), 9)).toEqual(both.slice(0, 1));
      expect(await others.lists.listMissed(0, 1)).toEqual(both.slice(0, 1));
    });

    test("take in what earlier versions ended, once their job was looked through", async () => {
      const { ground, stores } = await open();
      const table = ground.table(tableNames.messages);
      await stores.executions.save(execution(1, 2));
      const lists = ground.table(tableNames.lists);
      const { rows } = await lists.list("executions", { limit: 10 });
      for (const { rowKey } of rows) await lists.remove("executions", rowKey);
      expect(await runs(stores.lists, {})).toEqual([]);
      for (const [number, state] of [
        [1, "Processed"],
        [2, "PostProcessingError"],
      ] as const) {
        const message = ended(inbound(number, { order: "n1", externalIdentifier: `W${number}.csv` }), state, number);
        await table.insert(job(1), messageKey(message.id), messageValues(message));
      }
      await stores.lists.adopt(job(1));
      await stores.lists.adopt(job(2));

      expect(await listed(stores.lists, { hasErrors: false })).toEqual([2, 1]);
      expect(await listed(stores.lists, { hasErrors: true })).toEqual([2]);
      expect(await runs(stores.lists, {})).toEqual([1]);
      expect((await stores.messages.listNamed(job(1), "w", 9)).ids).toEqual([inbound(1).id, inbound(2).id]);
    });
  });
}
