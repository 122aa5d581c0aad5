import type { EntityField } from "./dataEntity.ts";
import type { FieldMapLine } from "./fieldMapLine.ts";
import type { Region } from "./region.ts";
import { shownValue } from "./shownValue.ts";
import { valueConversions } from "./valueConversions.ts";

/** The text that stands for a value in a file, or why none does: the end of a sentence about the value. */
export type ExportCell = (canonical: string) => string | { readonly problem: string };

/** How a field's values (not empty) are written; undefined where they are written as they are. */
export function exportCell(field: EntityField, line: FieldMapLine, region: Region | undefined): ExportCell | undefined {
  const plain = line.useEnumLabel ? labelWriter(field) : region?.(field.type)?.write;
  const conversions = valueConversions(field, line);
  if (!conversions) return plain;
  const { valueOf } = conversions;
  const sources = new Map([...valueOf].map(([source, value]) => [value, source]));
  return (canonical) => {
    const source = sources.get(canonical);
    if (source !== undefined) return source;
    const text = plain ? plain(canonical) : canonical;
    const other = valueOf.get(text);
    return other === undefined ? text : { problem: mistakable(text, other) };
  };
}

/** Whoever read the text would take it for the value that it is converted to. */
function mistakable(text: string, value: string): string {
  return `would be written as ${shownValue(text)}, which the field map converts to ${shownValue(value)}. Add a conversion for it, or take that one out.`;
}

function labelWriter({ enumValues = [] }: EntityField): (canonical: string) => string {
  const labels = new Map(enumValues.map(({ symbol, label }) => [symbol, label]));
  return (canonical) => labels.get(canonical) ?? canonical;
}
