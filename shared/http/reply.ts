import type { HttpResponseInit } from "@azure/functions";
import { KeysUnavailable } from "../auth/keysUnavailable.ts";
import { DomainError, type ErrorCode, type MemberError } from "../domain/errors.ts";
import { Unavailable } from "../ports/unavailable.ts";
import { RaceNeverWon } from "../ports/untilWon.ts";
import { RangeNotSatisfiable } from "./byteRange.ts";
import { MethodNotAllowed } from "./methodNotAllowed.ts";
import { NotAnswered } from "./notAnswered.ts";
import { type Reference, ReferredError } from "../usecases/definitions/refusedChange.ts";

const statusByCode: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  notAuthenticated: 401,
  forbidden: 403,
  notFound: 404,
  gone: 410,
  tooSlow: 408,
  conflict: 409,
  preconditionFailed: 412,
  tooLarge: 413,
  unprocessable: 422,
  preconditionRequired: 428,
  tooManyRequests: 429,
};

const titleByStatus: ReadonlyMap<number, string> = new Map([
  [400, "Invalid request"],
  [401, "Not authenticated"],
  [403, "Forbidden"],
  [404, "Not found"],
  [405, "Method not allowed"],
  [408, "Request timeout"],
  [409, "Conflict"],
  [410, "Gone"],
  [412, "Precondition failed"],
  [413, "Too large"],
  [416, "Range not satisfiable"],
  [422, "Unprocessable"],
  [428, "Precondition required"],
  [429, "Too many requests"],
  [500, "Internal error"],
  [503, "Unavailable"],
]);

const busyRetryAfterSeconds = 5;
const detailCharactersMax = 2_000;
const membersMax = 100;
const headerCharactersMax = 200;

/** What a caller may know about an error, in the words of HTTP but in no particular body shape. */
export interface ErrorFacts {
  readonly status: number;
  /** An `ErrorCode`, `unavailable` or `internal`: stable, for programs. */
  readonly code: string;
  readonly detail: string;
  readonly members: readonly MemberError[];
  readonly retryAfterSeconds?: number;
  /** How many bytes there are, where a range holds none of them. */
  readonly sizeBytes?: number;
  /** The methods for which the address is served. */
  readonly allow?: readonly string[];
  /** The definitions that stand in the way. */
  readonly referredBy?: readonly Reference[];
}

/** The one table from errors to statuses. What is neither a refusal nor a known outage tells the caller nothing. */
export function describeError(error: unknown): ErrorFacts {
  if (error instanceof DomainError) {
    const facts = { status: statusByCode[error.code], code: error.code, detail: error.message, members: error.members };
    if (error instanceof ReferredError) return { ...facts, referredBy: error.referredBy };
    const busy = error.code === "tooManyRequests" ? busyRetryAfterSeconds : undefined;
    const retryAfterSeconds = error.retryAfterSeconds ?? busy;
    return retryAfterSeconds === undefined ? facts : { ...facts, retryAfterSeconds };
  }
  if (error instanceof KeysUnavailable) {
    const { message, retryAfterSeconds } = error;
    return { status: 503, code: "unavailable", detail: message, members: [], retryAfterSeconds };
  }
  if (error instanceof Unavailable) {
    const why =
      error instanceof RaceNeverWon
        ? "Too many requests change the same thing in this moment."
        : "Storage did not answer, or is too busy.";
    const detail = `${why} Repeat this request in some seconds.`;
    return { status: 503, code: "unavailable", detail, members: [], retryAfterSeconds: busyRetryAfterSeconds };
  }
  if (error instanceof MethodNotAllowed) {
    const { message, allow } = error;
    return { status: 405, code: "methodNotAllowed", detail: message, members: [], allow };
  }
  if (error instanceof NotAnswered) {
    return { status: 503, code: "unavailable", detail: error.message, members: [] };
  }
  if (error instanceof RangeNotSatisfiable) {
    const { message, sizeBytes } = error;
    return { status: 416, code: "rangeNotSatisfiable", detail: message, members: [], sizeBytes };
  }
  return { status: 500, code: "internal", detail: "Internal error.", members: [] };
}

/** Answers an error on the connector and management routes: the headers of every error, and an RFC 9457 body. */
export function toErrorReply(error: unknown, requestId: string): HttpResponseInit {
  return toProblemReply(describeError(error), requestId);
}

/** An RFC 9457 body. The request id is in it for a 500 only: two refusals with one reason are equal byte for byte. */
export function toProblemReply(facts: ErrorFacts, requestId: string): HttpResponseInit {
  const problem = {
    type: `urn:recurring-integrations:error:${facts.code}`,
    title: titleByStatus.get(facts.status) ?? "Error",
    status: facts.status,
    detail: facts.detail.slice(0, detailCharactersMax),
    ...(facts.members.length > 0 && { errors: facts.members.slice(0, membersMax) }),
    ...(facts.referredBy && { referredBy: facts.referredBy }),
    ...(facts.status === 500 && { instance: `urn:uuid:${requestId}` }),
  };
  const headers = { ...errorHeaders(facts), "content-type": "application/problem+json; charset=utf-8" };
  return withCommonHeaders({ status: facts.status, headers, body: JSON.stringify(problem) }, requestId);
}

/** The headers of an error in any body shape; add `withCommonHeaders` as for every reply. */
export function errorHeaders(facts: ErrorFacts): Readonly<Record<string, string>> {
  return {
    // The user of RIS sees the status line and the headers of a refusal, and never its body.
    "x-error": toHeaderText(facts.detail),
    ...(facts.status === 401 && { "www-authenticate": 'Bearer error="invalid_token"' }),
    ...(facts.allow && { allow: facts.allow.join(", ") }),
    ...(facts.sizeBytes !== undefined && { "content-range": `bytes */${facts.sizeBytes}` }),
    // RIS reads whole seconds only; an HTTP date ends its job.
    ...(facts.retryAfterSeconds !== undefined && { "retry-after": String(Math.ceil(facts.retryAfterSeconds)) }),
  };
}

/** Adds what every reply of the API carries: the request's id, and that it is not sniffed, nor stored if it says no more. */
export function withCommonHeaders(reply: HttpResponseInit, requestId: string): HttpResponseInit {
  const headers = new Headers(reply.headers);
  headers.set("ms-dyn-aid", requestId);
  headers.set("x-content-type-options", "nosniff");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  return withLength(reply, headers);
}

const bodilessStatuses = [204, 205, 304];

/** A text goes out in one piece with its length; without one, each hop would send and await its end by itself. */
function withLength({ jsonBody, ...reply }: HttpResponseInit, headers: Headers): HttpResponseInit {
  if (bodilessStatuses.includes(reply.status ?? 200)) return { ...reply, headers };
  const body = jsonBody === undefined ? reply.body : JSON.stringify(jsonBody);
  if (typeof body !== "string") return { ...reply, headers };
  if (jsonBody !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  headers.set("content-length", String(Buffer.byteLength(body)));
  return { ...reply, headers, body };
}

/** One line of printable ASCII, so that no text from a caller can add a header or break the reply. */
function toHeaderText(text: string): string {
  const line = text
    .slice(0, detailCharactersMax)
    .replace(/\s+/g, " ")
    .replace(/[^ -~]/gu, "?")
    .trim();
  return line.length <= headerCharactersMax ? line : `${line.slice(0, headerCharactersMax - 3)}...`;
}
