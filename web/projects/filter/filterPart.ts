import { byName, differencesOf, mergedOf } from "../../parts/differences.ts";
import type { Filter } from "../../parts/filter/filter.ts";
import { inLine } from "../line/linePart.ts";
import type { PartOf } from "../partOf.ts";

/** The filter as a part of the project; two versions of it are compared field by field. */
export function filterPart(entity: string): PartOf<Filter> {
  return {
    what: "The filter",
    ...inLine<Filter>(
      entity,
      ({ filter }) => filter ?? [],
      (before, filter) => {
        const { filter: _, ...line } = before;
        return filter.length === 0 ? line : { ...line, filter: [...filter] };
      },
    ),
    compare: (base, mine, theirs) => {
      const [own, other] = [byField(mine), byField(theirs)];
      return differencesOf(byField(base), own, other).map(({ key, suggested }) => ({
        key,
        suggested,
        label: `Field ${key}`,
        mine: own[key]?.join(" or ") ?? "Any value",
        theirs: other[key]?.join(" or ") ?? "Any value",
      }));
    },
    merge: (mine, theirs, fromTheirs) =>
      Object.entries(mergedOf(byField(mine), byField(theirs), fromTheirs)).flatMap(([field, alternatives]) =>
        alternatives.map((criteria) => ({ field, criteria })),
      ),
  };
}

/** Entries of one field are alternatives. */
function byField(filter: Filter): Readonly<Record<string, readonly string[]>> {
  const fields = new Map<string, readonly string[]>();
  for (const { field, criteria } of filter) fields.set(field, [...(fields.get(field) ?? []), criteria]);
  return byName(fields);
}
