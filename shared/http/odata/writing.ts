import type { HttpResponseInit } from "@azure/functions";
import { actorOf, type Caller } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { readIfMatch } from "../manageRequest.ts";
import type { Resource } from "./address.ts";
import { readEntityBody } from "./entityBody.ts";
import type { EntitySet, Writing } from "./model.ts";
import { type Asked, toChangedReply, toCreatedReply, toNothingReply } from "./reply.ts";

type Act = () => Promise<HttpResponseInit>;

/** What may be done to the resource, by the method that does it. */
export function actsOn(ports: Ports, asked: Asked, resource: Resource, caller: Caller): Readonly<Record<string, Act>> {
  if (!("set" in resource) || !resource.set.writing) return {};
  const { set } = resource;
  const { writing } = resource.set;
  if (resource.kind === "set") return { POST: () => create(ports, asked, set, writing, caller) };
  if (resource.kind !== "entity") return {};
  const { key } = resource;
  const writer = () => ({ by: actorOf(caller), ifMatch: readIfMatch(asked.request.headers) });
  return {
    async PATCH() {
      const values = await readEntityBody(asked.request, set.type);
      return toChangedReply(asked, set, await writing.change(ports, key, values, writer()));
    },
    async DELETE() {
      await writing.remove(ports, key, writer());
      return toNothingReply();
    },
  };
}

async function create(
  ports: Ports,
  asked: Asked,
  set: EntitySet,
  writing: Writing,
  caller: Caller,
): Promise<HttpResponseInit> {
  const values = await readEntityBody(asked.request, set.type);
  const missing = set.type.key.find((name) => typeof values[name] !== "string");
  if (missing === undefined) return toCreatedReply(asked, set, await writing.create(ports, values, actorOf(caller)));
  const message = "This property is required.";
  throw new DomainError("invalid", `${missing}: ${message}`, [{ path: missing, message }]);
}
