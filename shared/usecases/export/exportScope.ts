import { createHash } from "node:crypto";
import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import { type FilterInForce, filterInForce } from "../../domain/filter/filterInForce.ts";
import { type CompiledFilter, compileFilter, type RecordFilter } from "../../domain/filter/recordFilter.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Watermark } from "../../ports.ts";
import type { EntitySnapshot, SnapshotRead } from "../../ports/entityStore.ts";
import { filterMoment } from "../../schedule/filterMoment.ts";
import { requireTimeZone } from "../../schedule/timeZone.ts";

/** Which records one run writes of one entity, and how far it comes by that. */
export interface ExportScope {
  readonly refresh: "full" | "incremental";
  /** What the records are read by. */
  readonly records: ScopedRead;
  /** What those are read by that the receiver is to forget; undefined where no file names them. */
  readonly deleted: ScopedRead | undefined;
  /** Even without a row it tells a receiver that goes by tombstones something: what it has is no longer all that is there. */
  readonly isAnew: boolean;
  readonly filterFrom: FilterInForce["from"] | undefined;
  readonly mark: Watermark;
}

type ScopedRead = Pick<SnapshotRead, "changedSince" | "filter">;

/** What a scope is decided by: the run's definitions, its due time, and what has been delivered before. */
export interface ScopeQuestion {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly order: Pick<RunOrder, "filters" | "timeZone" | "refresh" | "project" | "projectVersion">;
  readonly dueAt: number;
  readonly snapshot: EntitySnapshot;
  readonly mark: Watermark | undefined;
}

/**
 * Incremental from the watermark of its job, or of its project's own runs; in full the first time, when changes that old
 * are no longer known, and when the watermark was reached by another filter: what that one left out was never delivered,
 * though it did not change.
 */
export function exportScope(question: ScopeQuestion): ExportScope {
  const { line, entity, order, dueAt, snapshot } = question;
  const inForce = filterInForce(line, order);
  const { timeZone } = order;
  if (inForce) requireTimeZone(timeZone, zoneOwner(order));
  const compile = (at: number): CompiledFilter | undefined =>
    inForce && compileFilter(entity, inForce.filter, filterMoment(at, timeZone));
  const filter = compile(dueAt);
  const id = filter && inForce && filterId(question, inForce, filter.isRelative ? timeZone : "");
  const mark = nextMark(question, id);
  const facts = { filterFrom: inForce?.from, mark };
  const last = knownMark(question, id);
  if (last) {
    const before = filter?.isRelative && last.at !== dueAt ? compile(last.at) : filter;
    const { records, deleted } = changesIn(snapshot, last.seq, filter, before);
    return { ...facts, refresh: "incremental", records, deleted: line.tombstones ? deleted : undefined, isAnew: false };
  }
  const isAnew = line.tombstones === true && question.mark !== undefined;
  return { ...facts, refresh: "full", records: filter ? { filter } : {}, deleted: undefined, isAnew };
}

/** A run that no job started counts the days of its project. */
function zoneOwner({ project, projectVersion }: ScopeQuestion["order"]): string {
  return projectVersion === undefined ? "The processing recurrence of the job" : `Data project "${project}"`;
}

/** As often reset as the one that the run began from. */
function nextMark({ snapshot, dueAt, mark }: ScopeQuestion, id: string | undefined): Watermark {
  const resets = typeof mark === "object" ? mark.resets : undefined;
  if (id === undefined && resets === undefined) return snapshot.seq;
  return { seq: snapshot.seq, ...(id !== undefined && { filterId: id }), at: dueAt, ...(resets && { resets }) };
}

/** What came into the filter since a commit, or changed in it, and what left it: `before` is the filter as it was then. */
function changesIn(
  snapshot: EntitySnapshot,
  since: number,
  filter: CompiledFilter | undefined,
  before: CompiledFilter | undefined,
): { readonly records: ScopedRead; readonly deleted: ScopedRead } {
  // Records go one by one only by leaving a filter: whoever empties an entity makes the next export a full one.
  if (!filter || !before) return { records: { changedSince: since }, deleted: { changedSince: snapshot.seq } };
  const { columns, keyRanges } = filter;
  const isLeft: RecordFilter = { columns, selects: (cells) => !filter.selects(cells) };
  if (filter === before) {
    return { records: { changedSince: since, filter }, deleted: { changedSince: since, filter: isLeft } };
  }
  // Days have passed: what did not change may be selected by now, or no longer.
  const entered: RecordFilter["selects"] = (cells, seq) =>
    filter.selects(cells) && (seq() > since || !before.selects(cells));
  const left: RecordFilter["selects"] = (cells, seq) =>
    !filter.selects(cells) && (seq() > since || before.selects(cells));
  return {
    records: { filter: { columns, ...(keyRanges && { keyRanges }), selects: entered } },
    deleted: { filter: { columns, selects: left } },
  };
}

interface KnownMark {
  readonly seq: number;
  readonly at: number;
}

/** The watermark from which this run may go on; undefined where it has to begin anew. */
function knownMark(
  { line, entity, order, mark, snapshot }: ScopeQuestion,
  id: string | undefined,
): KnownMark | undefined {
  if ((order.refresh ?? line.refreshType) !== "incremental" || !entity.isChangeTracked || mark === undefined)
    return undefined;
  const { seq, filterId: known, at } = typeof mark === "number" ? { seq: mark, filterId: undefined, at: 0 } : mark;
  return known !== id || seq < snapshot.changesFloorSeq ? undefined : { seq, at };
}

/**
 * The same for the same criteria on the same fields, and for relative ones in the same time zone. A receiver that begins
 * to go by tombstones reads all anew once: nobody told it what left the filter before.
 */
function filterId({ entity, line }: ScopeQuestion, { filter }: FilterInForce, timeZone: string): string {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const meant = filter.map(({ field, criteria }) => [fields.get(foldName(field)), criteria]);
  return createHash("sha256")
    .update(JSON.stringify([meant, timeZone, line.tombstones ?? false]))
    .digest("base64url")
    .slice(0, 22);
}
