import type { Row } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { closedColumn } from "../definitions/definitionRow.ts";
import { auditPartition, auditRows, toAuditEntry } from "../ledger/audit.ts";
import { occurrenceKeys, toOccurrence, waitingRow } from "../ledger/occurrences.ts";
import { scheduleRows, toSchedule } from "../ledger/schedules.ts";
import { missedPartition, missedRows } from "../lists/missedRuns.ts";
import { deliveryKeys, deliveryRows, toDelivery } from "../webhooks/deliveries.ts";
import type { BackupReader, KeptTable, RowLine } from "./backup.ts";
import { type Times, listedNow, messageRestore } from "./restoreMessages.ts";
import { type RowSink, written } from "./rowSink.ts";

type PutLine = (line: RowLine) => Promise<void>;

/**
 * All rows of a backup, with those that follow from them. Definitions come last: until then nobody may do anything with
 * what is there already.
 */
export async function restoreRows(
  reader: BackupReader,
  sink: RowSink,
  times: Times,
  tell: (rows: number) => void,
): Promise<void> {
  let rows = 0;
  const each = async (table: KeptTable, put: PutLine): Promise<void> => {
    for await (const line of reader.read(table)) {
      await put(line as RowLine);
      tell((rows += 1));
    }
    await sink.flush();
  };
  const asItIs = (table: KeptTable): PutLine => {
    return ({ p, k: rowKey, v: values }) => sink.put(table, p, [{ rowKey, values }]);
  };
  await each(tableNames.audit, (line) => putAudit(sink, line));
  for (const table of [tableNames.idempotency, tableNames.loadSamples]) await each(table, asItIs(table));
  await each(tableNames.webhooks, (line) => putDelivery(sink, line));
  await each(tableNames.occurrences, (line) => putOccurrence(sink, times, line));
  const messages = messageRestore(sink, times);
  await each(tableNames.messages, (line) => messages.put(line));
  await messages.end();
  await each(tableNames.schedules, ({ p, ...line }) =>
    sink.put(tableNames.schedules, p, written(scheduleRows(toSchedule(rowOf({ p, ...line }))))),
  );
  await each(tableNames.definitions, (line) => putDefinition(sink, line));
}

function rowOf({ p, k, v }: RowLine): Row {
  return { partitionKey: p, rowKey: k, values: v, etag: "" };
}

async function putAudit(sink: RowSink, line: RowLine): Promise<void> {
  const key = line.k.slice("all_".length);
  const rows = line.p === auditPartition ? written(auditRows(toAuditEntry(rowOf(line)), key)) : [asKeyed(line)];
  await sink.put(tableNames.audit, line.p, rows);
}

async function putDelivery(sink: RowSink, line: RowLine): Promise<void> {
  const isDelivery = line.k.startsWith(deliveryKeys.from);
  await sink.put(
    tableNames.webhooks,
    line.p,
    isDelivery ? written(deliveryRows(toDelivery(rowOf(line)))) : [asKeyed(line)],
  );
}

/** Events that wait for webhooks stand between the due times of a job. */
async function putOccurrence(sink: RowSink, times: Times, line: RowLine): Promise<void> {
  const { p, k } = line;
  await sink.put(tableNames.occurrences, p, [asKeyed(line)]);
  if (k >= occurrenceKeys.from && k < occurrenceKeys.below) {
    const occurrence = toOccurrence(rowOf(line));
    if (occurrence.state === "due") await sink.put(tableNames.occurrences, p, written([waitingRow(occurrence)]));
    if (occurrence.state !== "missed") return;
    const listed = missedRows(occurrence).map((row) => listedNow(row, times));
    await sink.put(tableNames.lists, missedPartition, listed);
  } else await sink.put(tableNames.claims, "events", [{ rowKey: p, values: { markedAt: times.now } }]);
}

/** No change of definitions is under way here. */
async function putDefinition(sink: RowSink, { p, k: rowKey, v }: RowLine): Promise<void> {
  const { [closedColumn]: _, ...values } = v;
  await sink.put(tableNames.definitions, p, [{ rowKey, values }]);
}

function asKeyed({ k: rowKey, v: values }: RowLine) {
  return { rowKey, values };
}
