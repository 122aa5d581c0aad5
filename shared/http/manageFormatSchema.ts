import { z } from "zod";
import type { SourceFormat } from "../domain/sourceFormat.ts";
import { columnDelimiters } from "../domain/sourceFormats/delimited.ts";
import { alignments } from "../domain/sourceFormats/fixedWidth.ts";
import { rowDelimiters } from "../domain/sourceFormats/textFile.ts";
import { xmlEmptyValues, xmlNameCases } from "../domain/sourceFormats/xml.ts";
import {
  definitionFacts,
  nameMember,
  printableText,
  readOnlyFacts,
  readOnlyMember,
  wholeNumber,
} from "./manageMembers.ts";
import { asAnswer, asBoth, asRequest } from "./schemaNames.ts";

/** What formats of every kind have. */
const commonMembers = {
  name: nameMember,
  language: printableText(1, 20)
    .exactOptional()
    .meta({ description: "Of numbers, dates and times, such as de-DE; the invariant forms, when left out." }),
  timeZone: printableText(1, 60)
    .exactOptional()
    .meta({ description: "Of local times, by its IANA or Windows name, such as Europe/Berlin; UTC, when left out." }),
};
const codePageMember = wholeNumber(1, 65_535).default(65_001);

/** What formats of text have. */
const rowDelimiterMember = z
  .enum(rowDelimiters)
  .exactOptional()
  .meta({ description: "Rows end in it alone; when left out, as the first row does, and in CRLF when written." });

const delimiterNames = Object.keys(columnDelimiters).join(", ");
const delimitedMembers = {
  ...commonMembers,
  columnDelimiter: z
    .string()
    .max(20)
    .default("comma")
    .meta({ description: `One of ${delimiterNames}, or any one character.` }),
  textQualifier: z.string().nullable().default('"').meta({ description: "One character, or null for none." }),
  codePage: codePageMember,
  hasHeader: z.boolean().default(true),
  rowDelimiter: rowDelimiterMember,
  skipLines: wholeNumber(0, 1000)
    .exactOptional()
    .meta({ description: "Lines at the top of the file, before the header, that are no rows." }),
  ignoreTrailingDelimiter: z
    .boolean()
    .exactOptional()
    .meta({ description: "Whether rows may end in one delimiter more than they have columns." }),
};

const paddingMember = z
  .string()
  .exactOptional()
  .meta({ description: "One character that fills a column beside its value; a blank, when left out." });
const fixedColumn = asBoth(
  "FixedColumn",
  z.strictObject({
    name: printableText(1, 255),
    width: wholeNumber(1, 1_000_000).meta({ description: "In characters." }),
    alignment: z.enum(alignments).default("left"),
    padding: paddingMember,
  }),
);
const fixedWidthMembers = {
  ...commonMembers,
  columns: z
    .array(fixedColumn)
    .min(1)
    .max(1024)
    .exactOptional()
    .meta({ description: "In the order of the file; when left out, those of the entity, as wide as its fields." }),
  padding: paddingMember,
  codePage: codePageMember,
  hasHeader: z.boolean().default(false),
  rowDelimiter: rowDelimiterMember,
};

const xmlMembers = {
  ...commonMembers,
  names: z.enum(xmlNameCases).default("upper").meta({ description: "How elements and attributes are written." }),
  emptyValues: z
    .enum(xmlEmptyValues)
    .default("empty")
    .meta({ description: "How empty values are written: as empty elements, or as the defaults of their types." }),
};

const requestFacts = { ...readOnlyFacts, isBuiltIn: readOnlyMember };
const answerFacts = { ...definitionFacts, isBuiltIn: z.boolean() };

/** A request that names no kind means delimited text, as all did once. */
const delimitedKind = z.literal("delimited").optional().meta({ description: "The kind of a format that names none." });

export const formatRequest = asRequest(
  "FormatRequest",
  z.discriminatedUnion(
    "kind",
    [
      asRequest(
        "DelimitedFormatRequest",
        z.strictObject({ kind: delimitedKind, ...delimitedMembers, ...requestFacts }),
      ),
      asRequest(
        "FixedWidthFormatRequest",
        z.strictObject({ kind: z.literal("fixedWidth"), ...fixedWidthMembers, ...requestFacts }),
      ),
      asRequest(
        "XmlElementFormatRequest",
        z.strictObject({ kind: z.literal("xmlElement"), ...xmlMembers, ...requestFacts }),
      ),
      asRequest(
        "XmlAttributeFormatRequest",
        z.strictObject({ kind: z.literal("xmlAttribute"), ...xmlMembers, ...requestFacts }),
      ),
      asRequest("ExcelFormatRequest", z.strictObject({ kind: z.literal("excel"), ...commonMembers, ...requestFacts })),
    ],
    { error: ({ input }) => explainKind(input) },
  ),
);
export const formatAnswer = asAnswer(
  "Format",
  z.discriminatedUnion("kind", [
    asAnswer("DelimitedFormat", z.strictObject({ kind: z.literal("delimited"), ...delimitedMembers, ...answerFacts })),
    asAnswer(
      "FixedWidthFormat",
      z.strictObject({ kind: z.literal("fixedWidth"), ...fixedWidthMembers, ...answerFacts }),
    ),
    asAnswer("XmlElementFormat", z.strictObject({ kind: z.literal("xmlElement"), ...xmlMembers, ...answerFacts })),
    asAnswer("XmlAttributeFormat", z.strictObject({ kind: z.literal("xmlAttribute"), ...xmlMembers, ...answerFacts })),
    asAnswer("ExcelFormat", z.strictObject({ kind: z.literal("excel"), ...commonMembers, ...answerFacts })),
  ]),
);

/** Kinds of format that the original has and this service does not read yet. */
const laterKinds = ["package"];

function explainKind(input: unknown): string {
  const { kind } = Object(input) as { readonly kind?: unknown };
  const isLater = laterKinds.includes(
    String(kind)
      .toLowerCase()
      .replace(/[^a-z]/g, ""),
  );
  if (isLater) return `not supported yet: format kind ${String(kind)}.`;
  return 'The kind is "delimited", "fixedWidth", "xmlElement", "xmlAttribute" or "excel".';
}

export function toFormat(body: z.output<typeof formatRequest>): SourceFormat {
  const {
    version: _version,
    savedAt: _at,
    savedBy: _by,
    savedByPerson: _person,
    isBuiltIn: _builtIn,
    ...format
  } = body;
  switch (format.kind) {
    case "fixedWidth":
    case "xmlElement":
    case "xmlAttribute":
    case "excel":
      return format;
    default:
      return { ...format, kind: "delimited" };
  }
}
