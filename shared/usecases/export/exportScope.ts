import { createHash } from "node:crypto";
import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import { type FilterInForce, filterInForce } from "../../domain/filter/filterInForce.ts";
import { type CompiledFilter, compileFilter, type RecordFilter } from "../../domain/filter/recordFilter.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Watermark } from "../../ports.ts";
import type { EntitySnapshot, SnapshotRead } from "../../ports/entityStore.ts";
import { filterMoment } from "../../schedule/filterMoment.ts";

/** Which records one run writes of one entity, and how far it comes by that. */
export interface ExportScope {
  readonly refresh: "full" | "incremental";
  /** What the records are read by. */
  readonly records: Pick<SnapshotRead, "changedSince" | "filter">;
  readonly filterFrom: FilterInForce["from"] | undefined;
  readonly mark: Watermark;
}

/** What a scope is decided by: the run's definitions, its due time, and what the job has delivered before. */
export interface ScopeQuestion {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly job: RecurringJob;
  readonly dueAt: number;
  readonly snapshot: EntitySnapshot;
  readonly mark: Watermark | undefined;
}

/**
 * Incremental from the job's own watermark; in full the first time, when changes that old are no longer known, and when
 * the watermark was reached by another filter: what that one left out was never delivered, though it did not change.
 */
export function exportScope(question: ScopeQuestion): ExportScope {
  const { line, entity, job, dueAt, snapshot } = question;
  const inForce = filterInForce(line, job);
  const timeZone = job.processingRecurrence?.timeZone ?? "UTC";
  const compile = (at: number): CompiledFilter | undefined =>
    inForce && compileFilter(entity, inForce.filter, filterMoment(at, timeZone));
  const filter = compile(dueAt);
  const id = filter && inForce && filterId(entity, inForce, filter.isRelative ? timeZone : "");
  const mark: Watermark = id === undefined ? snapshot.seq : { seq: snapshot.seq, filterId: id, at: dueAt };
  const facts = { filterFrom: inForce?.from, mark };
  const last = knownMark(question, id);
  if (!last) return { ...facts, refresh: "full", records: filter ? { filter } : {} };
  const read = { changedSince: last.seq, ...(filter && { filter }) };
  if (!filter?.isRelative || last.at === dueAt) return { ...facts, refresh: "incremental", records: read };
  return { ...facts, refresh: "incremental", records: { filter: entering(filter, compile(last.at), last.seq) } };
}

interface KnownMark {
  readonly seq: number;
  readonly at: number;
}

/** The watermark from which this run may go on; undefined where it has to begin anew. */
function knownMark({ line, entity, mark, snapshot }: ScopeQuestion, id: string | undefined): KnownMark | undefined {
  if (line.refreshType !== "incremental" || !entity.isChangeTracked || mark === undefined) return undefined;
  const { seq, filterId: known, at } = typeof mark === "number" ? { seq: mark, filterId: undefined, at: 0 } : mark;
  return known !== id || seq < snapshot.changesFloorSeq ? undefined : { seq, at };
}

/** What changed and is selected now, and what is selected by now alone: days have passed since the last run. */
function entering(now: CompiledFilter, before: CompiledFilter | undefined, since: number): RecordFilter {
  const { columns, keyRanges } = now;
  return {
    columns,
    ...(keyRanges && { keyRanges }),
    selects: (cells, seq) => now.selects(cells) && (seq > since || before?.selects(cells) !== true),
  };
}

/** The same for the same criteria on the same fields, and for relative ones in the same time zone. */
function filterId(entity: DataEntity, { filter }: FilterInForce, timeZone: string): string {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const meant = filter.map(({ field, criteria }) => [fields.get(foldName(field)), criteria]);
  return createHash("sha256")
    .update(JSON.stringify([meant, timeZone]))
    .digest("base64url")
    .slice(0, 22);
}
