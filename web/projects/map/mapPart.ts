import type { Schemas } from "../../api/api.ts";
import { byName, mergedOf } from "../../parts/differences.ts";
import { inLine } from "../line/linePart.ts";
import { compareMembers } from "../memberPart.ts";
import type { PartOf } from "../partOf.ts";
import { mapLineText, type MapLine, type MapLines } from "./mapLines.ts";

type Line = Schemas["EntityLine"];

/** The map as a part of the project; two versions of it are compared field by field. */
export function mapPart(entity: string): PartOf<MapLines> {
  return {
    what: "The map",
    ...inLine<MapLines>(entity, ({ fieldMap }) => fieldMap ?? [], withMap),
    compare: (base, mine, theirs) =>
      compareMembers(byField(base), byField(mine), byField(theirs), (field, lines) => {
        const line = lines[field];
        return { label: `Field ${field}`, content: line ? mapLineText(line) : "Not mapped" };
      }),
    merge: (mine, theirs, fromTheirs) => {
      const merged = mergedOf(byField(mine), byField(theirs), fromTheirs);
      // In my order, which is that of the columns of an export.
      const ordered = [...mine, ...theirs].map(({ field }) => field);
      return [...new Set(ordered)].flatMap((field) => merged[field] ?? []);
    },
  };
}

function byField(map: MapLines): Readonly<Record<string, MapLine>> {
  return byName(map.map((line) => [line.field, line]));
}

function withMap(line: Line, map: MapLines): Line {
  const { fieldMap: _, ...rest } = line;
  return map.length === 0 ? rest : { ...rest, fieldMap: [...map] };
}
