import { type AuditEntry, type AuditKind, auditActions, auditKinds } from "../../domain/auditEntry.ts";
import type { Row, Table } from "../ground/ground.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows } from "../rows/rowPages.ts";
import { fromColumns } from "../rows/storedJson.ts";

/** Release 0.1.0 kept a partition for each UTC day, and a row here for every day that held entries. */
const daysPartition = "days";
const allKeys = { from: "0", below: ":" };
const daysMax = 3_700;
const entriesMax = 5_000;
/** Of an entry of that release, which knew no people, stand at most six rows in the trail; a transaction holds a hundred. */
const entriesAtOnce = 16;
/** Hosts of that release may still be writing into these while others are of this one. */
const openDaysMax = 2;

/** As that release wrote it: "save job", "refuse", and the job of a message in front of its detail. */
interface EarlierEntry {
  readonly at: number;
  readonly applicationId: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

export interface Adopted {
  readonly entry: AuditEntry;
  /** Sorts as the trail does, and is the entry's own. */
  readonly key: string;
}

/** Moves what release 0.1.0 wrote into the trail, newest days first, a bounded number of entries at a time. */
export async function adoptEarlierEntries(
  table: Table,
  keep: (entries: readonly Adopted[]) => Promise<void>,
): Promise<void> {
  const days = await firstRows(table, daysPartition, allKeys, daysMax);
  let left = entriesMax;
  for (const [age, { rowKey: day }] of days.toReversed().entries()) {
    if (left <= 0) return;
    const rows = await firstRows(table, day, allKeys, left);
    // Kept before it is removed: what is kept twice is kept under the same keys.
    for (let start = 0; start < rows.length; start += entriesAtOnce) {
      await keep(rows.slice(start, start + entriesAtOnce).map(toAdopted));
    }
    const removals = rows.map(({ rowKey }) => [{ kind: "remove", rowKey } as const]);
    await removeRowGroups(table, day, removals);
    left -= rows.length;
    if (age >= openDaysMax && left > 0) await table.remove(daysPartition, day);
  }
}

function toAdopted(row: Row): Adopted {
  const members = ["at", "applicationId", "action", "target", "detail"] as const;
  const { action, detail, ...facts } = fromColumns<EarlierEntry>("audit", row, members);
  const kind = auditKinds.find((known) => action.endsWith(` ${known}`)) ?? "job";
  const verb = auditActions.find((known) => action.startsWith(known)) ?? "save";
  return { entry: { ...facts, action: verb, ...splitDetail(kind, detail) }, key: row.rowKey };
}

function splitDetail(kind: AuditKind, detail: string) {
  if (kind !== "message") return { kind, detail };
  const [, activityId, rest = ""] = /^([0-9a-f-]{36})(?:[:,] )?(.*)$/s.exec(detail) ?? [];
  return activityId === undefined ? { kind, detail } : { kind, activityId, detail: rest };
}
