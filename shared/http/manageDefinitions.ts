import type { HttpResponseInit } from "@azure/functions";
import type { z } from "zod";
import type { Actor } from "../domain/caller.ts";
import type { Ports } from "../ports.ts";
import type { Definition, DefinitionKind } from "../ports/definitions.ts";
import type { Page, PageRequest } from "../ports/stored.ts";
import type { DefinitionCheck } from "../usecases/definitions/checkDefinition.ts";
import type { IfMatch, Saved } from "../usecases/definitions/saveDefinition.ts";
import { readManageBody } from "./manageBody.ts";
import type { ManageCall, ManageHandlers } from "./manageCall.ts";
import { toCheckReply } from "./manageCheck.ts";
import { manageUrl } from "./manageDefinitionWire.ts";
import { toDefinitionReply, toListReply, toSavedReply } from "./manageReply.ts";
import { readIfMatch, readPage, requireSameName } from "./manageRequest.ts";

/** A definition as it may be shown: one that is built in was never saved. */
type Shown<T> = Definition<T> | { readonly value: T; readonly etag?: never };

/** What one kind of definition has of its own, beside the routes that every kind has. */
export interface DefinitionSurface<T, S extends Shown<T>> {
  /** How the route table calls one and many of them: Entity, Entities. */
  readonly kind: DefinitionKind;
  readonly one: string;
  readonly many: string;
  /** How an address calls them, where that is not the same word. */
  readonly path?: string;
  readonly list: (ports: Ports, page: PageRequest) => Promise<Page<S>>;
  readonly load: (ports: Ports, id: string) => Promise<S>;
  readonly view: (shown: S | Definition<T>, baseUrl: string) => unknown;
  /** The same for one of them alone, where that says more: what other definitions make of it. */
  readonly detail?: (ports: Ports, shown: S | Definition<T>, baseUrl: string) => Promise<unknown>;
  readonly idOf: (value: T) => string;
  /** The definition in the body, once it is known to be the one that the address names. */
  readonly read: (call: ManageCall) => Promise<T>;
  readonly save: (ports: Ports, value: T, ifMatch: IfMatch, by: Actor) => Promise<Saved<T>>;
  /** What a save of the value would be refused for. */
  readonly check: (ports: Ports, id: string, value: T) => Promise<DefinitionCheck>;
  readonly remove: (ports: Ports, id: string, ifMatch: IfMatch, by: Actor) => Promise<void>;
}

/** The handlers of the routes that every kind of definition has, by their names in the route table. */
export function definitionHandlers<T, S extends Shown<T>>(surface: DefinitionSurface<T, S>): ManageHandlers {
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
  };
}

/** Answers what a save of the body would be refused for. */
export async function checkBody<T, S extends Shown<T>>(
  { kind, read, check }: DefinitionSurface<T, S>,
  call: ManageCall,
): Promise<HttpResponseInit> {
  const { ports, id } = call;
  const exists = async (): Promise<boolean> => (await ports.definitions.find(kind, id)) !== undefined;
  return toCheckReply(
    () => read(call),
    (value) => check(ports, id, value),
    exists,
  );
}

/** Saves what the body holds, and says where it is found. */
export async function saveBody<T, S extends Shown<T>>(
  surface: DefinitionSurface<T, S>,
  call: ManageCall,
  ifMatch: IfMatch,
): Promise<HttpResponseInit> {
  const { ports, by, baseUrl } = call;
  const saved = await surface.save(ports, await surface.read(call), ifMatch, by);
  const { definition } = saved;
  const location = manageUrl(baseUrl, surface.path ?? surface.many.toLowerCase(), surface.idOf(definition.value));
  return toSavedReply(saved, await detailOf(surface, ports, definition, baseUrl), location);
}

async function detailOf<T, S extends Shown<T>>(
  { view, detail }: DefinitionSurface<T, S>,
  ports: Ports,
  shown: S | Definition<T>,
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
