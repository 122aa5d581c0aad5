import type { KeyRecord } from "../../domain/uploadKey.ts";
import { isOffered, isQueued } from "../../domain/outboundMessage.ts";
import { messageEnd, stateSince, standingOf } from "../../domain/standing.ts";
import type { JobProgress, Message } from "../../ports.ts";
import type { Row } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { endedPartition, endedRows } from "../lists/endedMessages.ts";
import { claimKey, claimsPartition } from "../messages/claims.ts";
import { ageRow, toRecord } from "../messages/keyRows.ts";
import { insertionChanges } from "../messages/messageChanges.ts";
import { gateKey, progressKey, toMessage } from "../messages/messageRows.ts";
import { isOpen } from "../messages/rowsBeside.ts";
import { toColumns } from "../rows/storedJson.ts";
import { atRest } from "./atRest.ts";
import type { RowLine } from "./backup.ts";
import { type KeyedRow, type RowSink, written } from "./rowSink.ts";
import { isFailedImport, toProgress } from "./takeMessages.ts";

const hourMs = 60 * 60_000;

/** When what is restored was taken, and now. */
export interface Times {
  readonly startedAt: number;
  readonly now: number;
}

/** One job's messages on their way in; their lines come one after another. */
interface Job {
  readonly activityId: string;
  /** In the order in which they wait. */
  readonly waiting: { readonly order: string; readonly claim: KeyedRow }[];
  readonly failed: Set<string>;
  isOpen: boolean;
  hasEvents: boolean;
}

/**
 * Writes messages down with all that follows from them: the rows beside them, their places in the lists of all jobs, and
 * the claims by which the upkeep finds what was under way, since no pointer of the other place's queues is here.
 */
export function messageRestore(sink: RowSink, times: Times) {
  let job: Job | undefined;

  async function endJob(): Promise<void> {
    if (!job) return;
    const marks = { rowKey: job.activityId, values: { markedAt: times.now } };
    if (job.isOpen) await sink.put(tableNames.claims, "jobs", [marks]);
    if (job.hasEvents) await sink.put(tableNames.claims, "events", [marks]);
    job = undefined;
  }

  return {
    async put(line: RowLine): Promise<void> {
      if (job?.activityId !== line.p) {
        await endJob();
        job = { activityId: line.p, waiting: [], failed: new Set(), isOpen: false, hasEvents: false };
      }
      await putLine(sink, times, job, line);
    },
    end: endJob,
  };
}

async function putLine(sink: RowSink, times: Times, job: Job, line: RowLine): Promise<void> {
  const { p: activityId, k: rowKey, v: values } = line;
  const row: Row = { partitionKey: activityId, rowKey, values, etag: "" };
  const put = (rows: readonly KeyedRow[]) => sink.put(tableNames.messages, activityId, rows);
  if (rowKey.startsWith("m_")) return putMessage(sink, times, job, toMessage(row).value);
  if (rowKey.startsWith("k_")) {
    const record = toRecord<KeyRecord>(tableNames.messages, row).value;
    return put([{ rowKey, values }, ...written([ageRow(record, rowKey)])]);
  }
  if (rowKey === progressKey) {
    const progress = toProgress(row);
    const handedOut = job.waiting.filter(({ order }) => order <= progress.sentThrough);
    await putClaims(
      sink,
      handedOut.map(({ claim }) => claim),
    );
    return put([{ rowKey, values: toColumns(progressAtRest(job, line)) }]);
  }
  // A change of definitions that was under way is under way no more.
  if (rowKey === gateKey) return put([{ rowKey, values: { ...values, isClosed: false } }]);
  if (rowKey.startsWith("v_")) job.hasEvents = true;
  return put([{ rowKey, values }]);
}

/** Nothing was handed to a worker of this place. A job is blocked by what blocked it, if that failed. */
function progressAtRest(job: Job, { blockers = [] }: RowLine): JobProgress {
  const blockedBy = blockers.find((id) => job.failed.has(id));
  if (blockedBy !== undefined) job.isOpen = true;
  return { sentThrough: "", passedAt: 0, ...(blockedBy !== undefined && { head: blockedBy, blockedBy }) };
}

async function putMessage(sink: RowSink, times: Times, job: Job, taken: Message): Promise<void> {
  const message = atRest(taken, times.now);
  const { activityId, id: messageId } = message;
  await sink.put(tableNames.messages, activityId, written(insertionChanges(message)));
  if (isOpen(message)) job.isOpen = true;
  if (isFailedImport(message)) job.failed.add(messageId);
  const end = messageEnd(message);
  if (end) {
    const listed = endedRows({ activityId, messageId, end }).map((row) => listedNow(row, times));
    await sink.put(tableNames.lists, endedPartition, listed);
  }
  if (mayLackPointer(taken, message, times)) await putClaims(sink, [claimOf(message)]);
  else if (message.direction === "import" && standingOf(message) === "waiting") {
    job.waiting.push({ order: message.order, claim: claimOf(message) });
  }
}

/** What some worker had, an export that waits for its client, or one that may have ended without a word to its ledger. */
function mayLackPointer(taken: Message, message: Message, { startedAt }: Times): boolean {
  if (standingOf(taken) === "inProcess") return true;
  if (message.direction === "import" || !isQueued(message)) return false;
  return isOffered(message) || stateSince(message) >= startedAt - hourMs;
}

function claimOf(message: Message): KeyedRow {
  const { id: messageId, activityId, run } = message;
  const redelivery = message.direction === "export" ? message.redeliveries : undefined;
  const claim = { messageId, activityId, run, until: 0, ...(redelivery !== undefined && { redelivery }) };
  return { rowKey: claimKey(claim), values: toColumns(claim) };
}

async function putClaims(sink: RowSink, claims: readonly KeyedRow[]): Promise<void> {
  await sink.put(tableNames.claims, claimsPartition, claims);
}

export function listedNow({ rowKey, values }: KeyedRow, { now }: Times): KeyedRow {
  return { rowKey, values: { ...values, listedAt: now } };
}
