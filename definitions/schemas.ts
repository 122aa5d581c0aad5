import { z } from "zod";
import { placeholderPattern } from "./folder/placeholders.ts";
import { type Kind, kinds } from "./kinds.ts";

interface Schema {
  readonly [member: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** A JSON schema for each kind's files, by its list, for editors that complete and check as somebody writes. */
export function fileSchemas(): ReadonlyMap<string, Schema> {
  return new Map(kinds.map((kind) => [kind.list, withPlaceholders(fileSchema(kind))]));
}

/** What a file of a kind may hold, as JSON Schema: what only answers say is left out. */
export function fileSchema(kind: Kind): Schema {
  const whole: Schema = JSON.parse(JSON.stringify(z.toJSONSchema(kind.request, { io: "input" })));
  const { $schema, ...schema } = withoutReadOnly(whole);
  return { $schema, title: `A ${kind.noun}`, ...forFiles(kind, schema) };
}

const placeholder = { type: "string", pattern: placeholderPattern };
const notes = ["title", "description", "default", "examples", "deprecated"];

/** Wherever a value stands, a placeholder may stand for it; but for what tells one shape from another. */
function withPlaceholders(schema: Schema): Schema {
  return mapMembers(schema, (value, rule) => {
    if (rule === "properties") return isSchema(value) ? mapMembers(value, orPlaceholder) : value;
    if (rule === "items" || rule === "additionalProperties") return orPlaceholder(value, rule);
    if (rule === "$defs") return isSchema(value) ? mapMembers(value, inAll) : value;
    return ["oneOf", "anyOf", "allOf"].includes(rule) && Array.isArray(value) ? value.map(inAll) : value;
  });
}

function inAll(schema: unknown): unknown {
  return isSchema(schema) ? withPlaceholders(schema) : schema;
}

function orPlaceholder(member: unknown, name: string): unknown {
  if (!isSchema(member) || "const" in member || name === "$schema") return member;
  const schema = withPlaceholders(member);
  const rules = Object.entries(schema).filter(([rule]) => !notes.includes(rule));
  if (schema["type"] === "string" && rules.length === 1) return schema;
  const said = Object.entries(schema).filter(([rule]) => notes.includes(rule));
  return { ...Object.fromEntries(said), anyOf: [Object.fromEntries(rules), placeholder] };
}

function mapMembers(members: Schema, map: (value: unknown, name: string) => unknown): Schema {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, map(value, name)]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const schemaMember = { type: "string", description: "The schema of this file, for editors." };
const contentFile = {
  type: "string",
  description: "The file beside this one that is the XSLT document, in place of content.",
};

function forFiles({ name }: Kind, schema: Schema): Schema {
  if (schema.oneOf) return { ...schema, oneOf: schema.oneOf.map(withSchemaMember) };
  const whole = withSchemaMember(schema);
  const required = whole.required ?? [];
  if (name === "job") return { ...whole, required: ["activityId", ...required] };
  if (name !== "stylesheet") return whole;
  const others = required.filter((member) => member !== "content");
  return { ...whole, properties: { ...whole.properties, contentFile }, required: others };
}

function withSchemaMember(schema: Schema): Schema {
  return { ...schema, properties: { $schema: schemaMember, ...schema.properties } };
}

/** A file may spell an id in any way. */
const idPattern = "^\\{?[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\\}?$";

function withoutReadOnly(schema: Schema): Schema {
  if (schema["format"] === "uuid") {
    const { format: _format, ...id } = schema;
    return { ...id, pattern: idPattern };
  }
  const { properties, ...rest } = schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]): [string, unknown] => [key, inside(value)]));
  if (!properties) return inner;
  const kept = Object.entries(properties).filter(([, { readOnly }]) => readOnly !== true);
  return { ...inner, properties: Object.fromEntries(kept.map(([name, value]) => [name, withoutReadOnly(value)])) };
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return typeof value === "object" && value !== null ? withoutReadOnly({ ...value }) : value;
}
