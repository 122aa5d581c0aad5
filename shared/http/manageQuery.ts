import { DomainError } from "../domain/errors.ts";
import type { RetryWish } from "../domain/messageAction.ts";
import type { DeletionWish } from "../usecases/operate/deleteJob.ts";
import type { EmptyingWish } from "../usecases/operate/emptyEntity.ts";
import type { SampleUpload } from "../usecases/samples/sampleProject.ts";
import type { RecordQuery } from "../usecases/watch/listRecords.ts";
import type { ResultKind } from "../usecases/watch/openResultFile.ts";
import { messageStates } from "./messageStates.ts";
import { invalidQuery, readFileName } from "./manageRequest.ts";
import { readQuery, readQueryNames, type ServiceRequest } from "./request.ts";
import { readFileBody } from "./upload.ts";
import { escapeControls } from "./wireText.ts";

const kinds: readonly ResultKind[] = ["succeeded", "failed", "unprocessed"];
/** The names that a query may have several times. */
const repeatedNames = new Set(["key", "formatLike"]);
const shownCharactersMax = 60;
/** Names of the query that a key field of the same name cannot use; `key` says it then. */
const pageNames = new Set(["limit", "continuation", "company", "key"]);

/** Refuses what the query names that the address does not take, and what it says twice, as members of a body are. */
export function refuseUnknownQuery({ url }: { readonly url: string }, names: readonly string[]): void {
  const seen = new Set<string>();
  const known = names.map((name) => name.toLowerCase());
  for (const name of readQueryNames(url)) {
    const path = escapeControls(name, shownCharactersMax);
    const takes = names.length === 0 ? "It takes none" : `It takes ${names.join(", ")}`;
    if (!known.includes(name)) throw invalidQuery(path, `There is no such query parameter here. ${takes}.`);
    if (seen.has(name) && !repeatedNames.has(name)) throw invalidQuery(path, "It is there twice.");
    seen.add(name);
  }
}

/** Which records of an execution the address means; `notFound` when there are no such. */
export function readResultKind({ params }: { readonly params: Readonly<Record<string, string>> }): ResultKind {
  const kind = kinds.find((known) => known === params["kind"]?.toLowerCase());
  if (kind) return kind;
  throw new DomainError("notFound", `Results are ${kinds.join(", ")}.`);
}

/** Which stored records are meant: those of a company, or the one with a key. */
export function readRecordQuery({ url }: { readonly url: string }): RecordQuery {
  const query = readQuery(url);
  const named = new Map([...query].filter(([name]) => !pageNames.has(name)));
  return { company: query.get("company"), key: new URL(url).searchParams.getAll("key"), named };
}

/** The legal entity whose records are meant. */
export function readCompany({ url }: { readonly url: string }): string | undefined {
  return readQuery(url).get("company");
}

/** Which records are to go, and how many the caller knows of. */
export function readEmptyingWish(request: { readonly url: string }): EmptyingWish {
  const text = readQuery(request.url).get("count") ?? "";
  if (!/^\d{1,15}$/.test(text)) throw invalidQuery("count", "Confirm with the number of records, as ?count=120.");
  return { company: readCompany(request), count: Number(text) };
}

/** A sample file with what the query says of it. */
export function readSampleUpload(request: Pick<ServiceRequest, "url" | "headers" | "body">): SampleUpload {
  const body = readFileBody(request);
  const query = readQuery(request.url);
  const fileName = readFileName(query.get("filename"));
  return { fileName, entity: query.get("entity"), format: query.get("format"), body };
}

/** What somebody who retries a message says about it. */
export function readRetryWish({ url }: { readonly url: string }): RetryWish {
  const query = readQuery(url);
  const force = query.get("force")?.toLowerCase() ?? "false";
  if (force !== "true" && force !== "false") throw invalidQuery("force", "Either true or false.");
  const rows = query.get("rows")?.toLowerCase() ?? "all";
  if (rows !== "all" && rows !== "rejected" && rows !== "staged") {
    throw invalidQuery("rows", "One of all, rejected, staged.");
  }
  const execute = query.get("execute")?.toLowerCase() ?? "true";
  if (execute !== "true" && execute !== "false") throw invalidQuery("execute", "Either true or false.");
  if (execute === "false" && rows !== "staged")
    throw invalidQuery("execute", "Only staged rows (rows=staged) can be validated alone.");
  return { isForced: force === "true", rows, execute: execute === "true" };
}

/** What somebody who deletes a job says about what it has open. */
export function readDeletionWish({ url }: { readonly url: string }): DeletionWish {
  const discard = readQuery(url).get("discard")?.toLowerCase() ?? "false";
  if (discard === "true" || discard === "false") return { isDiscarding: discard === "true" };
  throw invalidQuery("discard", "Either true or false.");
}

/** The state that a list of messages is filtered by; undefined for all. */
export function readState({ url }: { readonly url: string }): (typeof messageStates)[number] | "parked" | undefined {
  const text = readQuery(url).get("state");
  if (text === undefined) return undefined;
  const state = [...messageStates, "parked" as const].find((known) => known.toLowerCase() === text.toLowerCase());
  if (state) return state;
  throw invalidQuery("state", `One of ${messageStates.join(", ")}, parked.`);
}
