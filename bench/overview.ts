import { newExport, type OutboundMessage } from "../shared/domain/outboundMessage.ts";
import { messageEnd } from "../shared/domain/standing.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import { tableNames } from "../shared/storage/ground/names.ts";
import { endedPartition, endedRows } from "../shared/storage/lists/endedMessages.ts";
import { messageKey, messageValues, openKeys, waitingKeys } from "../shared/storage/messages/messageRows.ts";
import { rowChanges } from "../shared/storage/messages/rowsBeside.ts";
import { inParallel } from "../shared/ports/inParallel.ts";
import { readsAtOnceMax } from "../shared/usecases/watch/readsAtOnce.ts";
import { systemIds } from "../shared/system/ids.ts";
import { exportJob, saveDefinitions, saveJob } from "./definitions.ts";
import { type Figure, median } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { type MeasuredService, startService } from "./serviceProcess.ts";

const [fewEnded, manyEnded] = [1000, 100_000];
const jobCount = 10;
/** Of every job, so that there is something to count. */
const offeredCount = 10;
const rounds = 20;
const warmUps = 4;
const ratioMax = 1.2;
/** Of what has ended, one in so many failed a week ago. */
const failedEach = 20;
/** A message that ended is two rows of its job, and at most two of the list. */
const messagesPerTransaction = 50;
const weekMs = 7 * 86_400_000;
const ids = systemIds({ now: Date.now });

interface History {
  readonly service: MeasuredService;
  readonly bare: () => Promise<unknown>;
}

/**
 * The numbers across all jobs, with a long history behind it and a short one in turn, each on an Azurite of its own. An
 * Azurite looks at every row of a table for a range of keys, which Azure does not: so each is told in the bare ranges, read
 * in the same turn, that hold what every job has open.
 */
export async function benchOverview(scale: number): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack();
  const histories: History[] = [];
  for (const count of [fewEnded, manyEnded]) {
    const service = await startService();
    stack.defer(() => service.stop());
    const jobs = await seed(service, Math.max(jobCount, Math.round(count * scale)));
    histories.push({ service, bare: bareReads(service, jobs) });
  }
  const [few = Number.NaN, many = Number.NaN] = await costsOf(histories);
  return [
    {
      what: `overview, with ${Math.round(manyEnded * scale).toLocaleString("en-US")} messages that have ended`,
      value: many,
      unit: "times the bare reads",
      limit: { what: `with ${Math.round(fewEnded * scale).toLocaleString("en-US")}, in turn`, value: few },
      target: { atMost: ratioMax * few },
    },
  ];
}

async function costsOf(histories: readonly History[]): Promise<number[]> {
  const costs = histories.map((): number[] => []);
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const [index, { service, bare }] of histories.entries()) {
      const asked = await timeOf(() => service.manager.send("GET", "/manage/api/overview"));
      const read = await timeOf(bare);
      if (round >= warmUps) costs[index]?.push(asked / read);
    }
  }
  return costs.map(median);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function bareReads({ connectionString }: MeasuredService, jobs: readonly RecurringJob[]): () => Promise<unknown> {
  const table = openPorts(connectionString).ground.table(tableNames.messages);
  const ranges = jobs.flatMap(({ activityId }) => [waitingKeys, openKeys].map((range) => ({ activityId, range })));
  return () =>
    inParallel(ranges, readsAtOnceMax, ({ activityId, range }) => table.list(activityId, { ...range, limit: 1000 }));
}

async function seed(service: MeasuredService, count: number): Promise<readonly RecurringJob[]> {
  const ports = openPorts(service.connectionString);
  const [job = exportJob(), ...others] = Array.from({ length: jobCount }, exportJob);
  await saveDefinitions(ports, [job]);
  for (const other of others) await saveJob(ports, other);
  for (const each of [job, ...others]) {
    for (let offered = 0; offered < offeredCount; offered += 1) {
      await ports.messages.insertOutbound({ ...exportOf(each, Date.now()), state: "Enqueued" });
    }
    await storeEnded(ports, each, Math.round(count / jobCount));
  }
  return [job, ...others];
}

function exportOf({ activityId }: RecurringJob, at: number): OutboundMessage {
  return newExport({ id: ids.next(), activityId, dueAt: at, enqueuedAt: at });
}

/** A minute apart, the last one a week ago: none of them counts for today. */
function endedOf(job: RecurringJob, index: number): OutboundMessage {
  const at = Date.now() - weekMs - index * 60_000;
  const state = index % failedEach === 0 ? "PostProcessingError" : "Acked";
  return { ...exportOf(job, at), state, history: [{ state, at }] };
}

/** The rows that so many ends would have left. */
async function storeEnded({ ground }: ReturnType<typeof openPorts>, job: RecurringJob, count: number): Promise<void> {
  for (let from = 0; from < count; from += messagesPerTransaction) {
    const size = Math.min(messagesPerTransaction, count - from);
    const messages = Array.from({ length: size }, (_, index) => endedOf(job, from + index));
    const rows = messages.flatMap((message) => [
      { kind: "insert", rowKey: messageKey(message.id), values: messageValues(message) } as const,
      ...rowChanges(undefined, message),
    ]);
    await ground.table(tableNames.messages).transact(job.activityId, rows);
    const listed = messages.flatMap(({ activityId, id: messageId, ...message }) => {
      const end = messageEnd({ activityId, id: messageId, ...message });
      return end ? endedRows({ activityId, messageId, end }) : [];
    });
    await ground.table(tableNames.lists).transact(
      endedPartition,
      listed.map((row) => ({ kind: "upsert", ...row })),
    );
  }
}
