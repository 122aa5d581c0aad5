import type { HttpResponseInit } from "@azure/functions";
import { mayDo } from "../auth/roles.ts";
import type { Caller } from "../domain/caller.ts";
import type { Page } from "../ports/stored.ts";
import type { Saved } from "../usecases/definitions/saveDefinition.ts";
import { toEtag } from "./manageRequest.ts";

export function toListReply<T>(page: Page<T>, view: (item: T) => unknown): HttpResponseInit {
  const { items, continuation } = page;
  return { jsonBody: { items: items.map(view), ...(continuation === undefined ? {} : { continuation }) } };
}

export function toMeReply(caller: Caller): HttpResponseInit {
  const { applicationId, person } = caller;
  return { jsonBody: { applicationId, ...(person && { person }), mayManage: mayDo(caller, "manage") } };
}

export function toDefinitionReply(body: unknown, etag: string | undefined): HttpResponseInit {
  return { jsonBody: body, ...(etag === undefined ? {} : { headers: { etag: toEtag(etag) } }) };
}

export function toSavedReply<T>(saved: Saved<T>, body: unknown, location: string): HttpResponseInit {
  const etag = toEtag(saved.definition.etag);
  return saved.isNew
    ? { status: 201, headers: { etag, location }, jsonBody: body }
    : { status: 200, headers: { etag }, jsonBody: body };
}
