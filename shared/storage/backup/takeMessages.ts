import type { KeyRecord } from "../../domain/uploadKey.ts";
import { stateSince } from "../../domain/standing.ts";
import type { JobProgress, Message } from "../../ports.ts";
import type { Row, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import * as keys from "../messages/messageRows.ts";
import { keptKeys, toRecord } from "../messages/keyRows.ts";
import { eventKeys } from "../rows/eventRows.ts";
import { fromColumns } from "../rows/storedJson.ts";
import type { LineWriter } from "./backup.ts";
import { partitionsOf, rowsIn, toLine } from "./takeRows.ts";

const hourMs = 60 * 60_000;
/** Messages that may have come while rows were read: clocks differ, and a slow body has the id of its begin. */
const youngMs = 24 * hourMs;
const looksMax = 5;
const hexDigitsOfTime = 12;

/**
 * The messages of each job with what only its own rows tell. Each row is read at another moment, in an order in which
 * what follows comes after what it follows from:
 * - watermarks first, so that no change is taken for delivered whose export is not there;
 * - then messages; their rows beside them follow from them, and are left out;
 * - then gate, keys and events: a key of a message that came later counts for nothing.
 * What holds a job up is looked at until it and the messages that failed of late stood still together.
 */
export async function takeMessages(table: Table, lines: LineWriter, startedAt: number): Promise<void> {
  for await (const activityId of partitionsOf(table)) await takeJob(table, activityId, lines, startedAt);
}

async function takeJob(table: Table, activityId: string, lines: LineWriter, startedAt: number): Promise<void> {
  const before = await findProgress(table, activityId);
  const watermarks = await table.find(activityId, keys.watermarksKey);
  const { young, failed, mends } = await takeAll(table, activityId, lines, startedAt);
  const after = await standStill(table, activityId, failed);
  for (const row of failed.values()) await lines.write(toLine(row));
  for (const id of mends) if (!young.has(id)) await takeMend(table, activityId, id, young, lines);
  if (after) {
    const blockers = [before, after].flatMap((row) => (row ? (toProgress(row).blockedBy ?? []) : []));
    await lines.write({ ...toLine(after), blockers });
  }
  if (watermarks) await lines.write(toLine(watermarks));
  for (const key of [keys.gateKey, keys.earlierCounterKey, keys.openRowsKey, keys.listedKey]) {
    const row = await table.find(activityId, key);
    if (row) await lines.write(toLine(row));
  }
  for await (const row of rowsIn(table, activityId, keptKeys)) {
    const { accepted, messageId } = toRecord<KeyRecord>(tableNames.messages, row).value;
    const isThere = young.has(messageId) || timeOf(messageId) < startedAt - youngMs;
    if (accepted && isThere) await lines.write(toLine(row));
  }
  for await (const row of rowsIn(table, activityId, eventKeys)) await lines.write(toLine(row));
}

interface Taken {
  /** The ids of those that may have come meanwhile. */
  readonly young: Set<string>;
  /** Imports that failed of late, by id; they are not written yet. */
  readonly failed: Map<string, Row>;
  /** Messages that bring mended rows of others. */
  readonly mends: ReadonlySet<string>;
}

async function takeAll(table: Table, activityId: string, lines: LineWriter, startedAt: number): Promise<Taken> {
  const [young, failed, mends] = [new Set<string>(), new Map<string, Row>(), new Set<string>()];
  for await (const row of rowsIn(table, activityId, keys.messageKeys)) {
    const { value } = keys.toMessage(row);
    if (timeOf(value.id) >= startedAt - youngMs) young.add(value.id);
    for (const mend of mendsOf(value)) if (timeOf(mend) >= startedAt - youngMs) mends.add(mend);
    if (isFailedImport(value) && stateSince(value) >= startedAt - hourMs) failed.set(value.id, row);
    else await lines.write(toLine(row));
  }
  return { young, failed, mends };
}

/** Reads the failed ones until none of them changed after the job's progress was read. */
async function standStill(table: Table, activityId: string, failed: Map<string, Row>): Promise<Row | undefined> {
  for (let looks = 1; ; looks++) {
    const progress = await findProgress(table, activityId);
    let isStill = true;
    for (const [id, row] of failed) {
      const now = await table.find(activityId, keys.messageKey(id));
      if (now?.etag === row.etag) continue;
      isStill = false;
      if (now) failed.set(id, now);
      else failed.delete(id);
    }
    if (isStill || looks >= looksMax) return progress;
  }
}

/** A message that came after its place in the list was passed, and that one says of that was read later. */
async function takeMend(table: Table, activityId: string, id: string, young: Set<string>, lines: LineWriter) {
  const row = await table.find(activityId, keys.messageKey(id));
  if (!row) return;
  young.add(id);
  await lines.write(toLine(row));
  for (const next of mendsOf(keys.toMessage(row).value)) {
    if (!young.has(next)) await takeMend(table, activityId, next, young, lines);
  }
}

function findProgress(table: Table, activityId: string): Promise<Row | undefined> {
  return table.find(activityId, keys.progressKey);
}

export function toProgress(row: Pick<Row, "partitionKey" | "rowKey" | "values">): JobProgress {
  return fromColumns<JobProgress>(tableNames.messages, { ...row, etag: "" }, ["sentThrough", "passedAt"]);
}

export function isFailedImport({ direction, state }: Message): boolean {
  return direction === "import" && (state === "PreProcessingError" || state === "PostProcessingError");
}

function mendsOf(message: Message): readonly string[] {
  return message.direction === "import" ? (message.mendedBy ?? []).map(({ messageId }) => messageId) : [];
}

function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, hexDigitsOfTime), 16);
}
