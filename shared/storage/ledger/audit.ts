import { randomUUID } from "node:crypto";
import { type AuditEntry, type AuditFilter, objectsOf } from "../../domain/auditEntry.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Audit } from "../../ports.ts";
import type { Ground, Row, RowChange } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { beyond, newestFirstTimeKey, sha256Key } from "../rows/keys.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { type KeyRange, firstRows, pageOfRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { adoptEarlierEntries } from "./earlierAudit.ts";
import { limitRefusals } from "./refusals.ts";

export const auditPartition = "trail";

/**
 * One partition, so that an entry stands in all of its lists or in none: that of all entries, and one for each question
 * that a filter can ask. A list is a range of row keys, the newest entry first, and a page costs what it holds.
 */
export function auditStore(ground: Ground): Audit {
  const table = ground.table(tableNames.audit);
  const keptRefusal = limitRefusals();
  const adopt = (): Promise<void> =>
    adoptEarlierEntries(table, async (entries) => {
      await table.transact(
        auditPartition,
        entries.flatMap(({ entry, key }) => auditRows(entry, key)),
      );
    });

  async function record(entry: AuditEntry, once?: string): Promise<void> {
    const rows = auditRows(entry, `${newestFirstTimeKey(entry.at)}_${once ?? randomUUID()}`);
    // What stands in the way is the same entry.
    await table.transact(auditPartition, once === undefined ? rows : rows.map((row) => ({ ...row, kind: "insert" })));
  }

  return {
    record,
    async recordRefusal(refusal) {
      const entry = keptRefusal(refusal);
      if (entry) await record(entry);
    },
    async list(filter, page) {
      if (page.continuation === undefined) await adopt();
      return pageOfRows(table, auditPartition, rangeOf(filter), page, toAuditEntry);
    },
    async removeBefore(before, limit) {
      await adopt();
      const rows = await firstRows(table, auditPartition, rangeOf({ to: before }), limit);
      const groups = rows.map((row) => {
        const key = row.rowKey.slice(listOf({}).length);
        return listsOf(toAuditEntry(row)).map((list) => ({ kind: "remove", rowKey: list + key }) as const);
      });
      return removeRowGroups(table, auditPartition, groups);
    },
  };
}

/** What is written twice after a lost answer is written once. */
export function auditRows(entry: AuditEntry, key: string): readonly (RowChange & { readonly kind: "upsert" })[] {
  const values = toColumns(entry);
  return listsOf(entry).map((list) => ({ kind: "upsert", rowKey: list + key, values }));
}

/** The list of each question that it answers: about an object or about all, from anybody or from one of those who did it. */
function listsOf(entry: AuditEntry): readonly string[] {
  const { applicationId, person } = entry;
  const personId = person?.objectId;
  const ofPerson = personId === undefined ? [] : [{ personId }, { applicationId, personId }];
  const actors: readonly AuditFilter[] = [{}, { applicationId }, ...ofPerson];
  return [undefined, ...objectsOf(entry)].flatMap((object) => actors.map((actor) => listOf({ ...actor, object })));
}

/** The beginning of the row keys of one list. */
function listOf({ applicationId = "", personId, object }: AuditFilter): string {
  if (applicationId === "" && personId === undefined && !object) return "all_";
  const question = [applicationId, object?.kind ?? "", foldName(object?.target.trim() ?? "")];
  if (personId !== undefined) question.push(personId);
  return `${sha256Key(JSON.stringify(question))}_`;
}

function rangeOf(filter: AuditFilter): KeyRange {
  const list = listOf(filter);
  const { from, to } = filter;
  return {
    from: to === undefined ? list : list + newestFirstTimeKey(Math.max(to - 1, 0)),
    below: beyond(from === undefined ? list : `${list}${newestFirstTimeKey(from)}_`),
  };
}

export function toAuditEntry(row: Row): AuditEntry {
  return fromColumns<AuditEntry>("audit", row, ["at", "applicationId", "action", "kind", "target", "detail"]);
}
