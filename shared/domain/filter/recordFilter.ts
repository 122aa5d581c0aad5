import { type DataEntity, type EntityField, keyFields } from "../dataEntity.ts";
import type { MemberError } from "../errors.ts";
import { byFoldedName, foldName } from "../foldName.ts";
import { CriteriaError } from "./criteria.ts";
import { type CellTest, type FieldCriteria, readFieldCriteria } from "./fieldCriteria.ts";
import { type KeyRange, keyRangesOf } from "./keyRanges.ts";
import { orderOf } from "./orders.ts";
import type { FilterMoment } from "./relativeDates.ts";
import { type Span, unionOf } from "./spans.ts";

/** Criteria on one field, as they were typed. */
export interface FilterEntry {
  readonly field: string;
  readonly criteria: string;
}

/** Which records are meant: entries for one field are alternatives, and what different fields ask for holds together. */
export type Filter = readonly FilterEntry[];

export const filterEntriesMax = 100;

/** What a filter may ask for in all, so that a long text is looked at in bounded time. */
const [wildcardValuesMax, wildcardBytesMax] = [20, 1000];

/** Some values of one record, beside the columns that were asked for, as they stand in its line. */
export interface NamedCells {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** A filter as whoever reads records applies it, before anything else of a record is looked at. */
export interface RecordFilter {
  readonly columns: readonly string[];
  /** By the record's values beside these columns, and the number in its line, which few ask for. */
  readonly selects: (cells: NamedCells, number: () => number) => boolean;
  /** All that it selects lies in these; absent where it may be anywhere. */
  readonly keyRanges?: readonly KeyRange[];
}

export interface CompiledFilter extends RecordFilter {
  readonly selects: (cells: NamedCells) => boolean;
  /** At another moment it selects other records. */
  readonly isRelative: boolean;
}

/** Every entry that is wrong, with the character where; none when the filter may be stored. */
export function filterProblems(entity: DataEntity, filter: Filter, path: string): readonly MemberError[] {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const wildcards = { values: 0, bytes: 0 };
  return filter.flatMap(({ field: name, criteria }, index) => {
    const field = fields.get(foldName(name));
    if (!field) {
      return [{ path: `${path}[${index}].field`, message: `Entity "${entity.name}" has no field "${name}".` }];
    }
    try {
      const { values, bytes } = readFieldCriteria({ field, moment: anyMoment }, criteria).wildcards;
      wildcards.values += values;
      wildcards.bytes += bytes;
      if (values === 0 || (wildcards.values <= wildcardValuesMax && wildcards.bytes <= wildcardBytesMax)) return [];
      const message = `A filter has at most ${wildcardValuesMax} values with wildcards in other places than at their end, of ${wildcardBytesMax} bytes together.`;
      return [{ path: `${path}[${index}].criteria`, message }];
    } catch (error) {
      if (error instanceof CriteriaError) return [{ path: `${path}[${index}].criteria`, message: error.message }];
      throw error;
    }
  });
}

/** Whether criteria fit does not depend on when they are read. */
const anyMoment: FilterMoment = { at: 0, today: "2000-01-01", startOfDay: (date) => Date.parse(date) };

/** The filter at a moment; throws where `filterProblems` names a problem. */
export function compileFilter(entity: DataEntity, filter: Filter, moment: FilterMoment): CompiledFilter {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const grouped = new Map<EntityField, FieldCriteria[]>();
  for (const { field: name, criteria } of filter) {
    const field = fields.get(foldName(name));
    if (!field) throw new Error(`Entity "${entity.name}" has no field "${name}", though it is filtered by it.`);
    grouped.set(field, [...(grouped.get(field) ?? []), readFieldCriteria({ field, moment }, criteria)]);
  }
  const keyRanges = keyRangesOf(
    keyFields(entity).map((field) => ({ field, spans: spansOf(field, grouped.get(field)) })),
  );
  return {
    columns: [...grouped.keys()].map(({ name }) => name),
    selects: allOf([...grouped.values()].map(anyOf)),
    isRelative: [...grouped.values()].some((criteria) => criteria.some(({ isRelative }) => isRelative)),
    ...(keyRanges && { keyRanges }),
  };
}

/** Undefined where one of the alternatives does not say it. */
function spansOf(field: EntityField, criteria: readonly FieldCriteria[] = []): readonly Span[] | undefined {
  const all = criteria.map(({ spans }) => spans);
  if (all.length === 0 || !all.every((spans) => spans !== undefined)) return undefined;
  return unionOf(all.flat(), orderOf(field.type));
}

function anyOf(criteria: readonly FieldCriteria[]): CellTest {
  const [first, ...others] = criteria.map(({ test }) => test);
  if (!first) return () => true;
  if (others.length === 0) return first;
  return (bytes, start, end) => first(bytes, start, end) || others.some((test) => test(bytes, start, end));
}

function allOf(tests: readonly CellTest[]): CompiledFilter["selects"] {
  return ({ bytes, starts, ends }) => {
    for (let place = 0; place < tests.length; place += 1) {
      if (!tests[place]!(bytes, starts[place]!, ends[place]!)) return false;
    }
    return true;
  };
}
