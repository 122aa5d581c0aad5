import type { FormatFacts } from "./formatFacts.ts";

/** How the names of elements and attributes are written; they are read in any case. */
export const xmlNameCases = ["upper", "lower", "asDefined"] as const;
/** What an empty value is written as: an empty element or attribute, or the default of its field's type. */
export const xmlEmptyValues = ["empty", "defaults"] as const;

/** An element for each record in one root element, with its fields as elements in it, or as its attributes. */
export interface XmlFormat extends FormatFacts {
  readonly kind: "xmlElement" | "xmlAttribute";
  readonly names: (typeof xmlNameCases)[number];
  readonly emptyValues: (typeof xmlEmptyValues)[number];
}

export const xmlFormats: readonly XmlFormat[] = [
  { name: "XML-Element", kind: "xmlElement", names: "upper", emptyValues: "empty" },
  { name: "XML-Attribute", kind: "xmlAttribute", names: "upper", emptyValues: "empty" },
];
