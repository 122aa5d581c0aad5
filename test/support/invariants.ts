import { createHash } from "node:crypto";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { type Execution, succeededCount } from "../../shared/domain/execution.ts";
import { type InboundMessage, isFinalImport } from "../../shared/domain/inboundMessage.ts";
import { isFinalExport } from "../../shared/domain/outboundMessage.ts";
import { isFinalOccurrence, type Occurrence } from "../../shared/domain/occurrence.ts";
import { standingOf } from "../../shared/domain/standing.ts";
import type { StateChange } from "../../shared/domain/message.ts";
import type { Message, Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import type { MemoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { commitKey } from "../../shared/usecases/import/settleExecution.ts";
import { countWork } from "./crashHost.ts";

/** The service at one moment, as a checker sees it who may look at everything. */
export interface Scene {
  readonly ports: Ports;
  readonly ground: MemoryGround;
  readonly jobs: readonly RecurringJob[];
}

/** What a client was told: its body became this message. */
export interface Acceptance {
  readonly activityId: string;
  readonly messageId: string;
  readonly sha256: string;
}

const limit = 500;

export async function messagesOf(ports: Ports, activityId: string): Promise<readonly Message[]> {
  return (await ports.messages.list(activityId, { limit })).items;
}

async function allMessages({ ports, jobs }: Scene): Promise<readonly Message[]> {
  return (await Promise.all(jobs.map((job) => messagesOf(ports, job.activityId)))).flat();
}

async function blobNames(ground: Ground, container: string): Promise<readonly string[]> {
  return (await ground.blobs(container).list("", { limit })).items.map((item) => item.name);
}

async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest("hex");
}

/** P1: whatever was accepted is one message, with its bytes as they came. Answers what is wrong. */
export async function lostMessages(scene: Scene, accepted: readonly Acceptance[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { activityId, messageId, sha256 } of accepted) {
    const stored = await scene.ports.messages.findInbound(activityId, messageId);
    if (!stored) problems.push(`P1: message ${messageId} was accepted and is gone`);
    else if ((await sha256Of(scene.ports.files.read("inbound", messageId))) !== sha256)
      problems.push(`P1: message ${messageId} has other bytes`);
  }
  return problems;
}

/** P12: nothing is under way any more. */
export async function unfinished(scene: Scene): Promise<readonly string[]> {
  const { ports, ground, jobs } = scene;
  const problems: string[] = [];
  const work = countWork(ground);
  if (work > 0) problems.push(`P12: ${work} pieces of work are on the queue`);
  const claims = (await ports.claims.list({ limit })).items;
  if (claims.length > 0) problems.push(`P12: ${claims.length} claims are left`);
  for (const job of jobs) {
    const blocked = (await ports.messages.findProgress(job.activityId))?.value.blockedBy;
    for (const message of await messagesOf(ports, job.activityId)) {
      if (blocked === undefined && !hasEnded(message)) problems.push(`P12: message ${message.id} is ${message.state}`);
    }
    for (const occurrence of await ledgerOf(ports, job.activityId)) {
      if (!isFinalOccurrence(occurrence)) problems.push(`P12: due time ${occurrence.dueAt} is ${occurrence.state}`);
    }
  }
  return problems;
}

/** An export ends for us when its file waits for a client. */
function hasEnded(message: Message): boolean {
  if (message.direction === "import") return isFinalImport(message);
  return isFinalExport(message) || message.state === "Enqueued" || message.delivery !== undefined;
}

export async function ledgerOf(ports: Ports, activityId: string): Promise<readonly Occurrence[]> {
  return (await ports.occurrences.list(activityId, { limit })).items.toSorted((one, other) => one.dueAt - other.dueAt);
}

const minuteMs = 60_000;

/** P8, for jobs that are due every so many minutes: every due time up to the last tick stands in the ledger, once. */
export async function ledgerProblems(scene: Scene, lastTickAt: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const job of scene.jobs) {
    let next: number | undefined;
    const ledger = await ledgerOf(scene.ports, job.activityId);
    const ofRecurrence = ledger.filter((row) => row.trigger === "recurrence");
    const betweenMs = (job.processingRecurrence?.interval ?? 1) * minuteMs;
    for (const { dueAt, lastDueAt, dueTimes } of ofRecurrence) {
      if (next !== undefined && dueAt !== next) problems.push(`P8: after ${next} the ledger goes on with ${dueAt}`);
      if (lastDueAt - dueAt !== (dueTimes - 1) * betweenMs) problems.push(`P8: row ${dueAt} stands for ${dueTimes}`);
      next = lastDueAt + betweenMs;
    }
    if (next !== undefined && next <= lastTickAt) problems.push(`P8: due time ${next} is not in the ledger`);
  }
  return problems;
}

const ends = ["Processed", "ProcessedWithErrors", "PreProcessingError", "PostProcessingError"];

/** False for what was refused, or given up, before its last execution read a record: it has no counts. */
function isRead({ history }: InboundMessage): boolean {
  const ended = history.slice(0, -1).findLastIndex(({ state }) => ends.includes(state));
  return history.slice(ended + 1).some(({ state }) => state === "Processing");
}

/** P7, and the end of every execution: its counts are those of its rows. */
export async function accountingProblems(scene: Scene): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const message of await allMessages(scene)) {
    if (message.executionId === undefined || message.direction === "export") continue;
    const execution = await scene.ports.executions.find(message.executionId);
    if (!execution) {
      if (isRead(message)) problems.push(`P7: message ${message.id} has no execution`);
      continue;
    }
    if (isFinalImport(message) && execution.finishedAt === undefined)
      problems.push(`P7: the execution of ${message.id} has no end`);
    if (isFinalImport(message)) problems.push(...(await dishonestLines(scene.ports, message, execution)));
    for (const { created, updated, unchanged, failed, unprocessed, rowsRead, entity } of execution.entities) {
      if (created + updated + unchanged + failed + unprocessed !== rowsRead)
        problems.push(`P7: ${entity} of ${message.id} does not add up`);
    }
  }
  return problems;
}

/** P6: an ended message says of each line what its entity holds, whatever became of the attempts before. */
async function dishonestLines(ports: Ports, message: InboundMessage, execution: Execution): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const entity of execution.entities) {
    const { entityId = "", company } = entity;
    // No attempt has the fence 0, so that this is only a look.
    const done = await ports.entities.revoke({ entityId, company }, commitKey(message, entityId), 0);
    const stored = done ? done.created + done.updated + done.unchanged : 0;
    if (stored !== succeededCount(entity))
      problems.push(`P6: ${entity.entity} of ${message.id} tells of ${succeededCount(entity)} records, not ${stored}`);
  }
  return problems;
}

/** P4: in an ordered job, each message begins when the one before it in line has ended, retries apart. */
export async function orderProblems(scene: Scene): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const job of scene.jobs.filter((candidate) => candidate.isOrdered)) {
    const messages = (await messagesOf(scene.ports, job.activityId)).filter(
      (message) => message.direction === "import",
    );
    const line = messages.toSorted((one, other) => (one.order < other.order ? -1 : 1));
    for (const [index, message] of line.entries()) {
      const before = index === 0 ? undefined : line[index - 1];
      const begun = firstAt(message.history, "PreProcessing");
      if (!before || begun === undefined) continue;
      const ended = before.history.find((change) => isFinalImport({ state: change.state as typeof before.state }))?.at;
      if (ended === undefined || ended > begun) problems.push(`P4: ${message.id} began before ${before.id} had ended`);
    }
  }
  return problems;
}

function firstAt(history: readonly StateChange[], state: string): number | undefined {
  return history.find((change) => change.state === state)?.at;
}

/** What is measured is what the messages say, and a job with anything open is found by whoever measures. */
export async function loadProblems({ ports, jobs }: Scene): Promise<readonly string[]> {
  const problems: string[] = [];
  const indexed = (await ports.openMessages.listJobs({ limit })).items.map(({ activityId }) => activityId);
  for (const { activityId } of jobs) {
    const rows = (await ports.openMessages.list(activityId, limit)).map(
      ({ messageId, standing }) => `${messageId} ${standing}`,
    );
    const truth = (await messagesOf(ports, activityId)).flatMap(openPlaces);
    for (const one of truth) if (!rows.includes(one)) problems.push(`load: ${one} is not measured`);
    for (const one of rows) if (!truth.includes(one)) problems.push(`load: ${one} is measured and is not so`);
    if (truth.length > 0 && !indexed.includes(activityId)) problems.push(`load: job ${activityId} is not measured`);
  }
  return problems;
}

function openPlaces(message: Message): readonly string[] {
  const standing = standingOf(message);
  const places = [...(standing === "ended" ? [] : [standing]), ...(message.parked ? ["parked"] : [])];
  return places.map((place) => `${message.id} ${place}`);
}

/** P2 and P11: every file belongs to a message that is there. */
export async function orphans(scene: Scene): Promise<readonly string[]> {
  const messages = await allMessages(scene);
  const ids = new Set(messages.map((message) => message.id));
  const executions = new Set(
    messages.flatMap((message) => [message.executionId, ...(message.earlierExecutionIds ?? [])]),
  );
  const problems: string[] = [];
  const check = async (container: string, owners: ReadonlySet<string | undefined>): Promise<void> => {
    for (const name of await blobNames(scene.ground, container)) {
      if (!owners.has(name.split("/")[0])) problems.push(`P11: ${container}/${name} belongs to nothing`);
    }
  };
  await check(containerNames.inbound, ids);
  await check(containerNames.uploads, new Set());
  await check(containerNames.outbound, ids);
  await check(containerNames.executions, executions);
  await check(containerNames.staging, executions);
  return problems;
}

/** P11: what has ended and is past its retention is gone, unless it is parked or blocks its job. */
export async function overdue(scene: Scene, before: number): Promise<readonly string[]> {
  const messages = await allMessages(scene);
  const { ports, jobs } = scene;
  const progress = await Promise.all(jobs.map((job) => ports.messages.findProgress(job.activityId)));
  const blocking = progress.map((stored) => stored?.value.blockedBy);
  return messages
    .filter((message) => !blocking.includes(message.id))
    .filter((message) => hasEnded(message) && !message.parked && message.enqueuedAt < before)
    .filter((message) => message.direction === "import" || isFinalExport(message))
    .map((message) => `P11: message ${message.id} is past its retention`);
}
