import type { z } from "zod";
import { DomainError, type MemberError } from "../domain/errors.ts";
import { readStrictJson } from "./lenientJson.ts";
import { readBody, type ServiceRequest } from "./request.ts";

const bodyBytesMax = 1024 * 1024;

/** Members that the original has and this service does not act on yet: refused, so that nobody believes otherwise. */
const laterMembers = new Set(["references", "runbusinesslogic", "runbusinessvalidation", "rootelement"]);

/** What has another name here than in the original, or than one may think. */
const ownNames: Readonly<Record<string, string>> = {
  xslt: "stylesheets",
  transforms: "stylesheets",
  transformations: "stylesheets",
  stylesheet: "stylesheets",
  staging: "skipStaging",
  tombstonefiles: "tombstones",
  includedeleted: "tombstones",
  deletedrecords: "tombstones",
  truncateentitydata: "truncateFirst",
};

/** Reads a JSON body and checks it against the schema; throws `invalid` with every wrong member by path. */
export async function readManageBody<S extends z.ZodType>(
  request: Pick<ServiceRequest, "headers" | "body">,
  schema: S,
): Promise<z.output<S>> {
  requireJson(request.headers.get("content-type"));
  return checkMembers(schema, readStrictJson(await readBody(request, bodyBytesMax)));
}

/** The same for JSON that is a part of a body. */
export function readManageJson<S extends z.ZodType>(json: Uint8Array, schema: S): z.output<S> {
  return checkMembers(schema, readStrictJson(json));
}

/** Checks a value against the schema; throws `invalid` with every wrong member by path. */
export function checkMembers<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const checked = schema.safeParse(value, { reportInput: true });
  if (checked.success) return checked.data;
  const members = checked.error.issues.flatMap(toMemberErrors);
  const [first] = members;
  const more = members.length > 1 ? ` (and ${members.length - 1} more)` : "";
  throw new DomainError("invalid", `${first?.path || "The body"}: ${first?.message ?? "is invalid"}${more}`, members);
}

function requireJson(contentType: string | null): void {
  if (contentType === null || /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType.trim())) return;
  throw new DomainError("invalid", "Send the definition as application/json.");
}

type Issue = z.core.$ZodIssue;

function toMemberErrors(issue: Issue): readonly MemberError[] {
  const path = toPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: path === "" ? key : `${path}.${key}`, message: explainUnknown(key) }));
  }
  return [{ path, message: explain(issue) }];
}

function explainUnknown(key: string): string {
  if (laterMembers.has(key.toLowerCase())) return `not supported yet: ${key}`;
  const own = Object.hasOwn(ownNames, key.toLowerCase()) ? ownNames[key.toLowerCase()] : undefined;
  if (own !== undefined) return `There is no such member. Is "${own}" meant?`;
  return "There is no such member. Is it spelled as in /manage/api/openapi.json?";
}

function explain(issue: Issue): string {
  const isMissing = issue.input === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value");
  if (isMissing) return "This member is required.";
  return issue.message.replace(/^Invalid (?:input|option): e/, "E");
}

/** `lines[0].fieldMap[2].column` */
function toPath(path: Issue["path"]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
