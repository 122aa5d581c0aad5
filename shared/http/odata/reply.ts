import type { HttpResponseInit } from "@azure/functions";
import { describeError, errorHeaders, withCommonHeaders } from "../reply.ts";
import { readQuery, type ServiceRequest } from "../request.ts";
import { type ActionType, type ActionValue, nameOfType } from "./actions/action.ts";
import type { EntitySet, Property, Row } from "./model.ts";
import type { Query } from "./query.ts";
import type { Rest, Rows } from "./reading.ts";

const version = { "odata-version": "4.0" };
const detailCharactersMax = 2_000;
const membersMax = 100;
/** What an answer takes the place of, or needs no more. */
const ofPage = new Set(["$skip", "$top", "$skiptoken", "$count"]);

/** A request with the root of the service as the caller knows it, such as `https://files.example/data`. */
export interface Asked {
  readonly request: ServiceRequest;
  readonly root: string;
}

export function toServiceReply(asked: Asked, sets: readonly EntitySet[]): HttpResponseInit {
  const value = sets.map(({ name }) => ({ name, kind: "EntitySet", url: name }));
  return toJsonReply(asked, "", { value });
}

export function toSetReply(asked: Asked, set: EntitySet, query: Query, { rows, count, rest }: Rows): HttpResponseInit {
  return toJsonReply(asked, `#${set.name}${selected(query.select)}`, {
    ...(count !== undefined && { "@odata.count": count }),
    value: rows.map((row) => toBody(asked, row, set, query.select)),
    ...(rest && { "@odata.nextLink": toNextLink(asked, set, rest) }),
  });
}

export function toEntityReply(asked: Asked, set: EntitySet, select: Query["select"], row: Row): HttpResponseInit {
  return toJsonReply(asked, `#${set.name}${selected(select)}/$entity`, toBody(asked, row, set, select), etagOf(row));
}

/** The entity that was made, and where it is; without a body for whoever asks for none. */
export function toCreatedReply(asked: Asked, set: EntitySet, row: Row): HttpResponseInit {
  const location = addressOf(asked, row, set);
  const headers = { location, "odata-entityid": location, ...etagOf(row) };
  if (prefers(asked, "minimal")) {
    return { status: 204, headers: { ...version, ...headers, "preference-applied": "return=minimal" } };
  }
  const body = toBody(asked, row, set, undefined);
  return { ...toJsonReply(asked, `#${set.name}/$entity`, body, headers), status: 201 };
}

/** The version that a change made, by which the next one may ask for it; with a body for whoever asks for one. */
export function toChangedReply(asked: Asked, set: EntitySet, row: Row): HttpResponseInit {
  if (!prefers(asked, "representation")) return { status: 204, headers: { ...version, ...etagOf(row) } };
  const headers = { ...etagOf(row), "preference-applied": "return=representation" };
  return toJsonReply(asked, `#${set.name}/$entity`, toBody(asked, row, set, undefined), headers);
}

/** What an action answers: flat, as its clients read it. */
export function toValueReply(asked: Asked, type: ActionType, value: ActionValue): HttpResponseInit {
  return toJsonReply(asked, `#${nameOfType(type)}`, { value });
}

export function toNothingReply(): HttpResponseInit {
  return { status: 204, headers: version };
}

export function toCountReply(count: number): HttpResponseInit {
  return { status: 200, headers: { ...version, "content-type": "text/plain; charset=utf-8" }, body: String(count) };
}

export function toMetadataReply(metadata: string): HttpResponseInit {
  return { status: 200, headers: { ...version, "content-type": "application/xml; charset=utf-8" }, body: metadata };
}

/** The body of the original: what clients and people look for stands in `innererror.message`, and OData's in `message`. */
export function toODataErrorReply(error: unknown, requestId: string): HttpResponseInit {
  const facts = describeError(error);
  const message = facts.detail.slice(0, detailCharactersMax);
  const details = facts.members.slice(0, membersMax).map(({ path, message: problem }) => {
    return { code: facts.code, target: path, message: problem };
  });
  const body = {
    error: {
      code: facts.code,
      message,
      ...(details.length > 0 && { details }),
      innererror: { message, ...(facts.status === 500 && { instance: `urn:uuid:${requestId}` }) },
    },
  };
  const headers = { ...errorHeaders(facts), ...version, "content-type": "application/json; charset=utf-8" };
  return withCommonHeaders({ status: facts.status, headers, body: JSON.stringify(body) }, requestId);
}

function toJsonReply(
  asked: Asked,
  context: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const isBare = wantsNoMetadata(asked);
  const all = isBare ? body : { "@odata.context": `${asked.root}/$metadata${context}`, ...body };
  const type = `application/json; odata.metadata=${isBare ? "none" : "minimal"}; charset=utf-8`;
  return { status: 200, headers: { ...version, ...headers, "content-type": type }, body: JSON.stringify(all) };
}

function wantsNoMetadata({ request }: Asked): boolean {
  const wish = `${readQuery(request.url).get("$format") ?? ""} ${request.headers.get("accept") ?? ""}`;
  return /odata\.metadata=none/i.test(wish);
}

function toBody(asked: Asked, row: Row, set: EntitySet, select: Query["select"]): object {
  if (wantsNoMetadata(asked)) return valuesOf(row, set, select);
  // Without its key nobody could tell which entity it is.
  const isWithoutKey = set.type.key.some((key) => select?.every(({ name }) => name !== key));
  return {
    ...(row.etag !== undefined && { "@odata.etag": row.etag }),
    ...(isWithoutKey && { "@odata.id": addressOf(asked, row, set) }),
    ...valuesOf(row, set, select),
  };
}

function valuesOf({ values }: Row, { type }: EntitySet, select: Query["select"]): object {
  return Object.fromEntries((select ?? type.properties).map(({ name }) => [name, values[name] ?? null] as const));
}

function addressOf({ root }: Asked, { values }: Row, { name, type }: EntitySet): string {
  const key = type.key.map((each) => `${each}='${encodeURIComponent(String(values[each]).replaceAll("'", "''"))}'`);
  return `${root}/${name}(${key.join(",")})`;
}

function etagOf({ etag }: Row): Readonly<Record<string, string>> {
  return etag === undefined ? {} : { etag };
}

function prefers({ request }: Asked, wanted: "minimal" | "representation"): boolean {
  return new RegExp(`\\breturn=${wanted}\\b`, "i").test(request.headers.get("prefer") ?? "");
}

function selected(select: readonly Property[] | undefined): string {
  return select ? `(${select.map(({ name }) => name).join(",")})` : "";
}

function toNextLink({ request, root }: Asked, { name }: EntitySet, { skip, top, token }: Rest): string {
  const own = [...readQuery(request.url)].filter(([option]) => !ofPage.has(option));
  const next = [
    ...own,
    ...(top === undefined ? [] : [["$top", String(top)] as const]),
    ...(skip === 0 ? [] : [["$skip", String(skip)] as const]),
    ...(token === undefined ? [] : [["$skiptoken", token] as const]),
  ];
  const query = next.map(
    ([option, value]) => `${encodeURIComponent(option).replace("%24", "$")}=${encodeURIComponent(value)}`,
  );
  return `${root}/${name}?${query.join("&")}`;
}
