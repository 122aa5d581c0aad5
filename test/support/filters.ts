import type { DataEntity, EntityField } from "../../shared/domain/dataEntity.ts";
import type { FilterMoment } from "../../shared/domain/filter/relativeDates.ts";
import { compileFilter, type Filter, type NamedCells } from "../../shared/domain/filter/recordFilter.ts";
import { encodeCell } from "../../shared/domain/recordText.ts";

/** Noon of a Tuesday in UTC, which is the day of relative dates. */
export const tuesday: FilterMoment = {
  at: Date.UTC(2026, 10, 24, 12),
  today: "2026-11-24",
  startOfDay: (date) => Date.parse(date),
};

/** Values as they stand in a line, in this order. */
export function cellsOf(values: readonly string[]): NamedCells {
  const texts = values.map(encodeCell);
  const bytes = Buffer.from(`before\t1\t${texts.join("\t")}`);
  let at = "before\t1\t".length;
  const places = texts.map((text) => {
    const start = at;
    at += Buffer.byteLength(text) + 1;
    return [start, at - 1] as const;
  });
  const [starts, ends] = [places.map(([start]) => start), places.map(([, end]) => end)];
  return { bytes, starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

export function fieldOf(type: EntityField["type"], more: Partial<EntityField> = {}): EntityField {
  return { name: "VALUE", type, isKey: false, isRequired: false, ...more };
}

export function entityOf(...fields: readonly EntityField[]): DataEntity {
  return { name: "Things", aotName: "ThingEntity", isPerCompany: false, isChangeTracked: true, fields };
}

/** Those of the values of a field that criteria select. */
export function selected(
  field: EntityField,
  criteria: string | readonly string[],
  values: readonly string[],
  moment: FilterMoment = tuesday,
): readonly string[] {
  const filter: Filter = [criteria].flat().map((text) => ({ field: field.name, criteria: text }));
  const { selects } = compileFilter(entityOf(field), filter, moment);
  return values.filter((value) => selects(cellsOf([value])));
}
