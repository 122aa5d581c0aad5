import type { HttpMethod, HttpResponseInit } from "@azure/functions";
import { requireRole } from "../../auth/roles.ts";
import type { Caller } from "../../domain/caller.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { runsOpenTo } from "../../usecases/access/runsOpenTo.ts";
import type { CallerHandler } from "../endpoint.ts";
import { MethodNotAllowed } from "../methodNotAllowed.ts";
import { publicBaseUrl } from "../request.ts";
import { escapeControls } from "../wireText.ts";
import { act } from "./acting.ts";
import { actions } from "./actions.ts";
import { namesAction, readAddress, type Resource } from "./address.ts";
import { toMetadata } from "./metadata.ts";
import type { EntitySet, Reader, Row, Wanted } from "./model.ts";
import { readOptions, refuseUnknownOptions } from "./query.ts";
import { countSet, readSet } from "./reading.ts";
import { type Asked, toCountReply, toEntityReply, toMetadataReply, toServiceReply, toSetReply } from "./reply.ts";
import { entitySets } from "./sets.ts";
import { definitionGroups } from "./sets/definitionGroups.ts";
import { actsOn } from "./writing.ts";

const shownCharactersMax = 60;

export interface ODataRoute {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly HttpMethod[];
  /** How many segments of an address are the root of the service. */
  readonly rootSegments: number;
}

/** All methods, so that each refusal has the body that OData's clients read. */
const methods: readonly HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * The roots under which clients know the service: its own, one behind a language, and those of the original on premises
 * (`AXSF`) and of services that share a host (a GUID).
 */
export const odataRoutes: readonly ODataRoute[] = [
  { name: "odata", route: "data/{*path}", methods, rootSegments: 1 },
  { name: "odataLocalized", route: "{language}/data/{*path}", methods, rootSegments: 2 },
  { name: "odataOnPremises", route: "namespaces/{namespace}/data/{*path}", methods, rootSegments: 3 },
];

/** Answers for an application with the role of the package API. */
export function odataEndpoint(
  { rootSegments }: ODataRoute,
  ports: Ports,
  configuredBaseUrl: string | undefined,
): CallerHandler {
  return async (request, caller) => {
    requireApplication(caller);
    // Whoever asks about a message of a job may be on its list, which only the action itself can know.
    if (!namesAction(request.url)) requireRole(caller, "package");
    const { root, resource } = readAddress(request.url, rootSegments, entitySets);
    const baseUrl = publicBaseUrl(request, configuredBaseUrl);
    const asked = { request, root: `${baseUrl}${root}` };
    if (resource.kind === "action") return act(asked, resource, { ports, caller, baseUrl });
    requireRole(caller, "package");
    return answer(ports, asked, resource, caller);
  };
}

/** People manage; what they sign in to is not theirs to exchange data with. */
function requireApplication({ scopes }: Caller): void {
  if (scopes === undefined) return;
  throw new DomainError(
    "forbidden",
    "Data is exchanged by applications: the token of a person counts in the management API alone. Let the client ask " +
      "for a token of its own (client credentials).",
  );
}

type Readable = Exclude<Resource, { readonly kind: "action" }>;

async function answer(ports: Ports, asked: Asked, resource: Readable, caller: Caller): Promise<HttpResponseInit> {
  const { method } = asked.request;
  const reader = { ports, by: caller, isOpenRun: runsOpenTo(ports, caller) };
  if (method === "GET") return read(reader, asked, resource);
  const acts = actsOn(ports, asked, resource, caller);
  const act = acts[method];
  if (act) return act();
  throw new MethodNotAllowed(method, ["GET", ...Object.keys(acts)]);
}

async function read(reader: Reader, asked: Asked, resource: Readable): Promise<HttpResponseInit> {
  const { url } = asked.request;
  switch (resource.kind) {
    case "service":
      refuseUnknownOptions(url);
      return toServiceReply(asked, entitySets);
    case "metadata":
      refuseUnknownOptions(url);
      return toMetadataReply(toMetadata(entitySets, definitionGroups, actions));
    case "count":
      return toCountReply(await countSet(reader, resource.set, readOptions(url, resource.set.type).filter));
    case "set":
      return answerSet(reader, asked, resource.set);
    case "entity":
      return answerEntity(reader, asked, resource);
  }
}

async function answerSet(reader: Reader, asked: Asked, set: EntitySet): Promise<HttpResponseInit> {
  const query = readOptions(asked.request.url, set.type);
  return toSetReply(asked, set, query, await readSet(reader, set, query));
}

async function answerEntity(
  reader: Reader,
  asked: Asked,
  { set, key }: Extract<Resource, { kind: "entity" }>,
): Promise<HttpResponseInit> {
  const { select } = readOptions(asked.request.url, set.type);
  const row = await set.find(reader, key);
  if (row && isNamedAll(row, set, key)) return toEntityReply(asked, set, select, row);
  const named = [...key].map(([name, value]) => `${name}='${escapeControls(value, shownCharactersMax)}'`).join(",");
  throw new DomainError("notFound", `There is no entity ${set.name}(${named}).`);
}

/** Some clients name more than the key, which then must be so as well. */
function isNamedAll({ values }: Row, { type }: EntitySet, key: Wanted): boolean {
  return [...key].every(([name, value]) => type.key.includes(name) || isSameName(String(values[name] ?? ""), value));
}
