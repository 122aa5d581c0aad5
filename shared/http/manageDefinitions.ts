import type { HttpResponseInit } from "@azure/functions";
import type { z } from "zod";
import type { Actor } from "../domain/caller.ts";
import type { Ports } from "../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../ports/definitions.ts";
import type { Page, PageRequest } from "../ports/stored.ts";
import { checkDefinition } from "../usecases/definitions/checkDefinition.ts";
import type { DefinitionRules } from "../usecases/definitions/definitionRules.ts";
import type { IfMatch, Saved } from "../usecases/definitions/saveDefinition.ts";
import { isReferred, listUses } from "../usecases/definitions/uses.ts";
import { listVersions, loadVersion, versionChanges } from "../usecases/definitions/versions.ts";
import { readManageBody } from "./manageBody.ts";
import { readSince, readVersion, toChangesView, toVersionsView } from "./manageVersionSchema.ts";
import type { ManageCall, ManageHandlers } from "./manageCall.ts";
import { toCheckReply } from "./manageCheck.ts";
import { manageUrl } from "./manageDefinitionWire.ts";
import { toUseView } from "./manageUseRoutes.ts";
import { toDefinitionReply, toListReply, toSavedReply } from "./manageReply.ts";
import { readIfMatch, readPage, requireSameName } from "./manageRequest.ts";

/** A definition as it may be shown: one that is built in was never saved. */
type Shown<T> = Definition<T> | { readonly value: T; readonly etag?: never };
type ValueOf<K extends DefinitionKind> = DefinitionTypes[K];

/** What one kind of definition has of its own, beside the routes that every kind has. */
export interface DefinitionSurface<K extends DefinitionKind, S extends Shown<ValueOf<K>>> {
  /** How the route table calls one and many of them: Entity, Entities. */
  readonly kind: K;
  readonly one: string;
  readonly many: string;
  /** How an address calls them, where that is not the same word. */
  readonly path?: string;
  readonly list: (ports: Ports, page: PageRequest) => Promise<Page<S>>;
  readonly load: (ports: Ports, id: string) => Promise<S>;
  readonly view: (shown: S | Definition<ValueOf<K>>, baseUrl: string) => unknown;
  /** The same for one of them alone, where that says more: what other definitions make of it. */
  readonly detail?: (ports: Ports, shown: S | Definition<ValueOf<K>>, baseUrl: string) => Promise<unknown>;
  readonly idOf: (value: ValueOf<K>) => string;
  /** The definition in the body, once it is known to be the one that the address names. */
  readonly read: (call: ManageCall) => Promise<ValueOf<K>>;
  readonly save: (ports: Ports, value: ValueOf<K>, ifMatch: IfMatch, by: Actor) => Promise<Saved<ValueOf<K>>>;
  /** What a save requires, and so what a check tells. */
  readonly rules: DefinitionRules<ValueOf<K>, unknown>;
  readonly remove: (ports: Ports, id: string, ifMatch: IfMatch, by: Actor) => Promise<void>;
}

/** The handlers of the routes that every kind of definition has, by their names in the route table. */
export function definitionHandlers<K extends DefinitionKind, S extends Shown<ValueOf<K>>>(
  surface: DefinitionSurface<K, S>,
): ManageHandlers {
  const { one, many } = surface;
  return {
    [`manageList${many}`]: async ({ ports, request, baseUrl }) =>
      toListReply(await surface.list(ports, readPage(request)), (shown) => surface.view(shown, baseUrl)),
    [`manageGet${one}`]: async ({ ports, id, baseUrl }) => {
      const shown = await surface.load(ports, id);
      return toDefinitionReply(await detailOf(surface, ports, shown, baseUrl), shown.etag);
    },
    [`managePut${one}`]: (call) => saveBody(surface, call, readIfMatch(call.request.headers)),
    [`manageDelete${one}`]: async ({ ports, id, request, by }) => {
      await surface.remove(ports, id, readIfMatch(request.headers), by);
      return { status: 204 };
    },
    [`manageCheck${one}`]: (call) => checkBody(surface, call),
    ...versionHandlers(surface),
    ...useHandlers(surface),
  };
}

function useHandlers<K extends DefinitionKind, S extends Shown<ValueOf<K>>>({
  kind,
  one,
  load,
  idOf,
}: DefinitionSurface<K, S>): ManageHandlers {
  const referred: DefinitionKind = kind;
  if (!isReferred(referred)) return {};
  return {
    [`manageList${one}Uses`]: async ({ ports, id, request }) => {
      const name = idOf((await load(ports, id)).value);
      return toListReply(await listUses(ports, { kind: referred, name }, readPage(request)), toUseView);
    },
  };
}

function versionHandlers<K extends DefinitionKind, S extends Shown<ValueOf<K>>>({
  kind,
  one,
  view,
}: DefinitionSurface<K, S>): ManageHandlers {
  return {
    [`manageList${one}Versions`]: async ({ ports, id, request }) => ({
      jsonBody: toVersionsView(await listVersions(ports, kind, id, readPage(request))),
    }),
    [`manageGet${one}Version`]: async ({ ports, id, request, baseUrl }) => {
      const version = await loadVersion(ports, kind, id, readVersion(request));
      return { jsonBody: view(version, baseUrl) };
    },
    [`manageGet${one}Changes`]: async ({ ports, id, request }) => {
      const version = readVersion(request);
      return { jsonBody: toChangesView(version, await versionChanges(ports, kind, id, version, readSince(request))) };
    },
  };
}

/** Answers what a save of the body would be refused for. */
export async function checkBody<K extends DefinitionKind, S extends Shown<ValueOf<K>>>(
  { kind, read, rules }: DefinitionSurface<K, S>,
  call: ManageCall,
): Promise<HttpResponseInit> {
  const { ports, id } = call;
  const exists = async (): Promise<boolean> => (await ports.definitions.find(kind, id)) !== undefined;
  return toCheckReply(
    () => read(call),
    (value) => checkDefinition(ports, kind, id, value, rules),
    exists,
  );
}

/** Saves what the body holds, and says where it is found. */
export async function saveBody<K extends DefinitionKind, S extends Shown<ValueOf<K>>>(
  surface: DefinitionSurface<K, S>,
  call: ManageCall,
  ifMatch: IfMatch,
): Promise<HttpResponseInit> {
  const { ports, by, baseUrl } = call;
  const saved = await surface.save(ports, await surface.read(call), ifMatch, by);
  const { definition } = saved;
  const location = manageUrl(baseUrl, surface.path ?? surface.many.toLowerCase(), surface.idOf(definition.value));
  return toSavedReply(saved, await detailOf(surface, ports, definition, baseUrl), location);
}

async function detailOf<K extends DefinitionKind, S extends Shown<ValueOf<K>>>(
  { view, detail }: DefinitionSurface<K, S>,
  ports: Ports,
  shown: S | Definition<ValueOf<K>>,
  baseUrl: string,
): Promise<unknown> {
  return detail ? detail(ports, shown, baseUrl) : view(shown, baseUrl);
}

/** Reads a definition whose name is its address. */
export function readNamed<Schema extends z.ZodType, T extends { readonly name: string }>(
  schema: Schema,
  toValue: (body: z.output<Schema>) => T,
): (call: ManageCall) => Promise<T> {
  return async ({ request, id }) => {
    const value = toValue(await readManageBody(request, schema));
    requireSameName(id, value.name);
    return value;
  };
}
