import type { Embedded, EntityField } from "./dataEntity.ts";
import { type EmbeddedRecord, listIn, readEmbedded } from "./embedded.ts";
import type { Region } from "./region.ts";

/** How embedded records are written: each field of each, and an empty one as its format has it. */
export function embeddedCell(
  embedded: Embedded,
  region: Region | undefined,
  emptyOf: (field: EntityField) => string,
): (canonical: string) => string {
  const write = ({ entity }: Embedded, records: readonly EmbeddedRecord[]): EmbeddedRecord[] =>
    records.map((record) =>
      Object.fromEntries(
        entity.fields.map((field) => {
          if (field.embedded) return [field.name, write(field.embedded, listIn(record, field.name))];
          const value = record[field.name];
          const isEmpty = typeof value !== "string" || value === "";
          return [field.name, isEmpty ? emptyOf(field) : (region?.(field.type)?.write(value) ?? value)];
        }),
      ),
    );
  return (canonical) => JSON.stringify(write(embedded, readEmbedded(canonical) ?? []));
}
