import type { z } from "zod";
import type { Json } from "./openApiParts.ts";

/** What a member of a query does; with its schema where the same name means something else on another route. */
export type QueryMember = string | { readonly description: string; readonly schema: Json };

export interface ManageRoute {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly permission: "read" | "manage";
  readonly summary: string;
  /** Names of the query, with what they do; any other is refused. */
  readonly query: Readonly<Record<string, QueryMember>>;
  /** Also the name of any key field of the entity, which its handler checks. */
  readonly takesKeyFields?: true;
  /** JSON of this shape, or the bytes of a file. */
  readonly request?: z.ZodType | "file";
  /** A form with a definition of this shape, in a part of that name, before the file: in place of the file alone. */
  readonly form?: { readonly part: string; readonly schema: z.ZodType };
  /** An empty body has a meaning of its own. */
  readonly isBodyOptional?: true;
  /** A repeat under the same key is the same request. */
  readonly takesIdempotencyKey?: true;
  readonly status: 200 | 202 | 204;
  readonly answer?: z.ZodType | "file";
  /** A PUT or a DELETE of what has an ETag. */
  readonly hasPrecondition: boolean;
  /** The parameter of the address that says what is meant: a name, or the GUID of something. None means a whole list. */
  readonly target?: { readonly parameter: string; readonly guidOf?: string };
}

type Facts = Pick<ManageRoute, "method" | "path" | "summary"> & Partial<ManageRoute>;

const root = "manage/api/";
export const page = {
  limit: "How many items at most, from 1 to 200; 50 when left out.",
  continuation: "What the page before gave.",
};

export const span = {
  from: "From this time on, as 2026-01-31T12:00:00Z: by the end of messages, by the begin of runs.",
  to: "Before this time.",
};

/** What is known by a GUID, and how a refusal calls it; all else is known by its name. */
const guids: Readonly<Record<string, string>> = {
  jobs: "activity id",
  messages: "message id",
  executions: "execution id",
};

/** What anybody may do who may look. */
export function read(facts: Omit<Facts, "method">): ManageRoute {
  return complete({ ...facts, method: "GET" }, "read");
}

/** What a body is sent for, and changes nothing. */
export function ask(facts: Omit<Facts, "method">): ManageRoute {
  return complete({ ...facts, method: "POST" }, "read");
}

export function change(facts: Facts): ManageRoute {
  return complete(facts, "manage");
}

/** What is done behind the answer. */
export function accept(path: string, summary: string, answer: z.ZodType): ManageRoute {
  return complete({ method: "POST", path, summary, status: 202, answer }, "manage");
}

function complete(facts: Facts, permission: "read" | "manage"): ManageRoute {
  const target = targetOf(facts.path);
  const path = `${root}${facts.path}`;
  return { query: {}, status: 200, hasPrecondition: false, permission, ...facts, path, ...(target && { target }) };
}

function targetOf(path: string): ManageRoute["target"] {
  const [, list = "", parameter] = /^([\w-]+)(?:\/\{(\w+)\})?/.exec(path) ?? [];
  if (parameter === undefined) return undefined;
  const guidOf = guids[list];
  return guidOf === undefined ? { parameter } : { parameter, guidOf };
}
