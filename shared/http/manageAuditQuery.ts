import { type AuditFilter, type AuditKind, type AuditObject, auditKinds } from "../domain/auditEntry.ts";
import { invalidQuery, readSpan } from "./manageRequest.ts";
import { findGuid, readQuery } from "./request.ts";

/** Which entries of the audit trail are asked for. */
export function readAuditFilter({ url }: { readonly url: string }): AuditFilter {
  const query = readQuery(url);
  const applicationId = readId(query.get("applicationid"), "applicationId");
  const personId = readId(query.get("person"), "person");
  return { applicationId, personId, object: readObject(query), ...readSpan({ url }) };
}

function readObject(query: ReadonlyMap<string, string>): AuditObject | undefined {
  const [kind, target] = [readKind(query.get("kind")), query.get("target")?.trim()];
  if (kind === undefined && target === undefined) return undefined;
  if (kind === undefined) throw invalidQuery("kind", "Say with target what kind of thing it is, as kind=project.");
  if (!target) throw invalidQuery("target", "Say with kind which one: the name of a definition, or an id.");
  const isNamedById = kind === "job" || kind === "message";
  return { kind, target: (isNamedById ? readId(target, "target") : undefined) ?? target };
}

function readKind(text: string | undefined): AuditKind | undefined {
  if (text === undefined) return undefined;
  const kind = auditKinds.find((known) => known === text.toLowerCase());
  if (kind) return kind;
  throw invalidQuery("kind", `One of ${auditKinds.join(", ")}.`);
}

function readId(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const id = findGuid(text);
  if (id !== undefined) return id;
  throw invalidQuery(name, "This is no GUID; braces and case do not matter.");
}
