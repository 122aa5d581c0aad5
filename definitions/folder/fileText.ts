import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { type Definition, readDefinition } from "../kinds.ts";
import { schemasFolder } from "./readFolder.ts";
import { fileSchema } from "../schemas.ts";

/** What a file says of a definition: all but what holds anyway. */
export function toFileJson({ kind, value }: Definition): object {
  const short = withoutDefaults(value, fileSchema(kind));
  const isSame = typeof short === "object" && short !== null && isDeepStrictEqual(readBack(kind, short), value);
  return isSame ? short : value;
}

function readBack(kind: Definition["kind"], json: object): unknown {
  return JSON.parse(JSON.stringify(readDefinition(kind, json).value));
}

/** The text of a file; the schema is for editors. */
export function toFileText(kind: Definition["kind"], json: object, isJson: boolean): string {
  const schema = `../${schemasFolder}/${kind.list}.json`;
  if (isJson) return `${JSON.stringify({ $schema: schema, ...json }, undefined, 2)}\n`;
  return `# yaml-language-server: $schema=${schema}\n${stringify(json, { lineWidth: 0 })}`;
}

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

function withoutDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutDefaults(item, schema.items ?? {}));
  if (typeof value !== "object" || value === null) return value;
  const { properties = {} } = schema.oneOf?.find((one) => isOfKind(value, one)) ?? schema;
  const kept = Object.entries(value).flatMap(([member, inner]: [string, unknown]) => {
    const of = properties[member] ?? {};
    const isDefault = "default" in of && isDeepStrictEqual(inner, of.default);
    return isDefault || inner === undefined ? [] : [[member, withoutDefaults(inner, of)] as const];
  });
  return Object.fromEntries(kept);
}

function isOfKind(value: object, { properties }: Schema): boolean {
  const kind: unknown = Object.getOwnPropertyDescriptor(value, "kind")?.value;
  return properties?.["kind"] !== undefined && properties["kind"].const === kind;
}
