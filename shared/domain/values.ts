import type { Embedded, EntityField } from "./dataEntity.ts";
import { type EmbeddedConverter, embeddedConverter } from "./embedded.ts";
import { isRuled, ruledConverter } from "./ruledValues.ts";
import type { Region, RegionalType } from "./region.ts";
import { booleanType, enumType } from "./values/choice.ts";
import { guidType } from "./values/guid.ts";
import { dateType, datetimeType, timeType } from "./values/moment.ts";
import { realType } from "./values/real.ts";
import { textType } from "./values/text.ts";
import { type CanonicalCheck, type Converted, type Converter, refuse, type ValueType } from "./values/valueType.ts";
import { int64Type, integerType } from "./values/whole.ts";

/**
 * The converter of a field: one function per field and file, so that a record costs no look-up. A region, where the
 * file has one, says how its texts are written; the type's rule is the same for all.
 */
export function converterFor(field: EntityField, region?: Region): Converter {
  return ruledConverter(field, typeConverterFor(field, region), typeConverterFor(field));
}

/** As `converterFor`, for values that are looked for and not stored: no rule of the field is asked. */
export function typeConverterFor(field: EntityField, region?: Region): Converter {
  const within = field.embedded && embeddedConverterFor(field.embedded, region);
  if (within) return (text) => within(text, () => undefined);
  const { convert } = typeOf(field);
  const regional = region?.(field.type);
  return regional ? (text) => convertRegional(text, regional, convert) : convert;
}

function convertRegional(text: string, { read, expected, hasExamples }: RegionalType, convert: Converter): Converted {
  const found = read(text);
  if (found === undefined) return refuse(expected, text);
  if ("problem" in found) return found;
  const converted = convert(found.invariant);
  // The type's own refusal would show its example in another form than the file's.
  return "problem" in converted && hasExamples ? refuse(expected, text) : converted;
}

/** The converter of a child's records, which depend on the record that holds them. */
export function embeddedConverterFor(embedded: Embedded, region?: Region): EmbeddedConverter {
  return embeddedConverter(embedded, (field) => (field.embedded ? passOn : converterFor(field, region)));
}

const passOn: Converter = (value) => ({ value });

/** The check of a field; undefined where no look at the bytes tells. */
export function canonicalCheckFor(field: EntityField, region?: Region): CanonicalCheck | undefined {
  if (field.embedded || isRuled(field)) return undefined;
  const isWholeNumber = field.type === "integer" || field.type === "int64";
  // Plain digits mean the same everywhere; whatever else a region writes in its own way is read by it.
  return region?.(field.type) && !isWholeNumber ? undefined : typeOf(field).isCanonical;
}

function typeOf(field: EntityField): ValueType {
  switch (field.type) {
    case "string":
      return textType(field.lengthMax);
    case "integer":
      return integerType;
    case "int64":
      return int64Type;
    case "real":
      return realType;
    case "boolean":
      return booleanType;
    case "date":
      return dateType;
    case "datetime":
      return datetimeType;
    case "time":
      return timeType;
    case "guid":
      return guidType;
    case "enum":
      return enumType(field.enumValues ?? []);
  }
}
