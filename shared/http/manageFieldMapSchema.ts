import { z } from "zod";
import { columnMember, printableText } from "./manageMembers.ts";
import { asBoth } from "./schemaNames.ts";

const valueCharactersMax = 4000;
const mapLinesMax = 1000;
const conversionsMax = 1000;

const value = z.string().max(valueCharactersMax, `At most ${valueCharactersMax} characters.`);

/** The manifest of an exported package holds it, which is XML. */
const packableText = value.regex(
  /^[^\p{Cs}\p{Cc}\uFFFE\uFFFF]*(?:[\t\r\n][^\p{Cs}\p{Cc}\uFFFE\uFFFF]*)*$/u,
  "No control characters but tabs and line breaks.",
);

const conversion = asBoth(
  "ValueConversion",
  z.strictObject({
    source: packableText
      .min(1, "At least 1 character.")
      .meta({ description: "A text of the file, exactly as it stands there." }),
    value: packableText.meta({ description: "The value that it means, in invariant form." }),
  }),
);

const fieldMapLine = asBoth(
  "FieldMapLine",
  z.strictObject({
    field: printableText(1, 80),
    column: columnMember.exactOptional(),
    defaultValue: value.exactOptional(),
    ignoreBlank: z.boolean().default(false),
    autoDefault: z
      .boolean()
      .exactOptional()
      .meta({ description: "The default value is every record's, whatever the column holds." }),
    conversions: z.array(conversion).max(conversionsMax, `At most ${conversionsMax} conversions.`).exactOptional(),
    fallbackValue: value.exactOptional().meta({ description: "Import: the value of texts that no conversion names." }),
    useEnumLabel: z
      .boolean()
      .exactOptional()
      .meta({ description: "Export: enums by label. An import takes symbol, number or label in any case." }),
    truncate: z.boolean().exactOptional().meta({ description: "Import: a text that is too long is cut." }),
    isRequired: z.boolean().exactOptional().meta({ description: "Import: a record without a value is rejected." }),
    textQualifier: z
      .enum(["always", "never"])
      .exactOptional()
      .meta({ description: "Export: whether the column's cells stand in text qualifiers." }),
  }),
);

export const fieldMapMember = z.array(fieldMapLine).max(mapLinesMax, `At most ${mapLinesMax} lines.`);
