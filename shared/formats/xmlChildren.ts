import type { Embedded } from "../domain/dataEntity.ts";
import { type EmbeddedRecord, listIn, readEmbedded } from "../domain/embedded.ts";

/** How the elements of one level are called, and what is in them. */
interface Level {
  readonly name: string;
  readonly fields: readonly { readonly key: string; readonly name: string; readonly level: Level | undefined }[];
}

export type ChildrenWriter = (text: string) => string | undefined;

/**
 * Writes the records that are parts of one as elements in its own; a child without records has an empty element. Undefined
 * where a value cannot be written, or the text is no list of records.
 */
export function childrenWriter(
  embedded: Embedded,
  fieldsAre: "elements" | "attributes",
  nameOf: (name: string) => string,
  escape: (value: string) => string | undefined,
): ChildrenWriter {
  const level = levelOf(embedded, nameOf);
  const write = (records: readonly EmbeddedRecord[], { name, fields }: Level): string => {
    if (records.length === 0) return `<${name}/>`;
    return records
      .map((record) => {
        const children = fields.map(({ key, level: own }) => (own ? write(listIn(record, key), own) : "")).join("");
        const values = fields.flatMap(({ key, name: field, level: own }) => {
          const value = record[key];
          return own || typeof value !== "string" ? [] : [[field, escaped(escape, value)] as const];
        });
        if (fieldsAre === "attributes") {
          const attributes = values.map(([field, value]) => ` ${field}="${value}"`).join("");
          return children === "" ? `<${name}${attributes} />` : `<${name}${attributes}>${children}</${name}>`;
        }
        const elements = values.map(([field, value]) =>
          value === "" ? `<${field}/>` : `<${field}>${value}</${field}>`,
        );
        return `<${name}>${elements.join("")}${children}</${name}>`;
      })
      .join("");
  };
  return (text) => {
    const records = readEmbedded(text);
    if (!records) return undefined;
    try {
      return write(records, level);
    } catch (error) {
      if (error instanceof UnwritableValue) return undefined;
      throw error;
    }
  };
}

class UnwritableValue extends Error {}

function escaped(escape: (value: string) => string | undefined, value: string): string {
  const text = escape(value);
  if (text === undefined) throw new UnwritableValue();
  return text;
}

function levelOf({ entity }: Embedded, nameOf: (name: string) => string): Level {
  const fields = entity.fields.map((field) => {
    const name = nameOf(field.name);
    return { key: field.name, name, level: field.embedded && levelOf(field.embedded, nameOf) };
  });
  return { name: nameOf(entity.aotName), fields };
}
