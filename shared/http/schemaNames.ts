import { z } from "zod";

/** The names by which OpenAPI knows the schemas; what has none stands where it is used. */
const requests = z.registry<{ readonly id: string }>();
const answers = z.registry<{ readonly id: string }>();

/** Names what a request sends. */
export function asRequest<S extends z.ZodType>(name: string, schema: S): S {
  requests.add(schema, { id: name });
  return schema;
}

/** Names what an answer holds. */
export function asAnswer<S extends z.ZodType>(name: string, schema: S): S {
  answers.add(schema, { id: name });
  return schema;
}

/** Names what stands in both: a member with a default is always in an answer, and may be left out of a request. */
export function asBoth<S extends z.ZodType>(name: string, schema: S): S {
  return asRequest(`${name}Request`, asAnswer(name, schema));
}

/** The name of what goes in or out; throws for a body that nobody named. */
export function nameOf(schema: z.ZodType, io: "input" | "output"): string {
  const found = (io === "input" ? requests : answers).get(schema);
  if (found) return found.id;
  throw new Error("A body of the management API has no name for OpenAPI: give it one by asRequest or asAnswer.");
}

/** Every named schema as JSON Schema, each referring to the others by name. */
export function toNamedSchemas(): Readonly<Record<string, unknown>> {
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const named = {
    ...z.toJSONSchema(answers, { io: "output", uri }).schemas,
    ...z.toJSONSchema(requests, { io: "input", uri }).schemas,
  };
  const entries = Object.entries(named).map(([name, { $schema: _schema, $id: _id, ...rest }]) => [name, rest] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
