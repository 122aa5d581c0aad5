import type { HttpResponseInit } from "@azure/functions";
import { requireManageScope, requireRole } from "../auth/roles.ts";
import { type Actor, actorOf, type Caller } from "../domain/caller.ts";
import type { Ports } from "../ports.ts";
import { toConditionalReply } from "./conditionalReply.ts";
import type { CallerHandler } from "./endpoint.ts";
import { readName } from "./manageRequest.ts";
import { refuseUnknownQuery } from "./manageQuery.ts";
import type { ManageRoute } from "./manageRoute.ts";
import { routeOf } from "./manageRoutes.ts";
import { namesVersion } from "./namesVersion.ts";
import { publicBaseUrl, requireGuid, type ServiceRequest } from "./request.ts";

/** One call of the management API, past the checks that its route declares. */
export interface ManageCall {
  readonly ports: Ports;
  readonly request: ServiceRequest;
  readonly caller: Caller;
  /** Who calls, as the audit trail has it. */
  readonly by: Actor;
  /** What the address means: a name, or a GUID in our spelling; empty where it means a whole list. */
  readonly id: string;
  /** Scheme and host under which the caller reaches the service, for the links in replies. */
  readonly baseUrl: string;
}

export type ManageHandler = (call: ManageCall) => Promise<HttpResponseInit>;
/** By the names that the route table knows them under. */
export type ManageHandlers = Readonly<Record<string, ManageHandler>>;

/** The handler behind the checks of its route: first the caller's app role, then what the address names. */
export function manageEndpoint(
  name: string,
  handler: ManageHandler,
  ports: Ports,
  configuredBaseUrl: string | undefined,
): CallerHandler {
  const route = routeOf(name);
  const isConditional = route.method === "GET" && !namesVersion(route);
  return async (request, caller) => {
    requireManageScope(caller);
    requireRole(caller, route.permission);
    if (!route.takesKeyFields) refuseUnknownQuery(request, Object.keys(route.query));
    const id = readTarget(request, route);
    const baseUrl = publicBaseUrl(request, configuredBaseUrl);
    const reply = await handler({ ports, request, caller, by: actorOf(caller), id, baseUrl });
    return isConditional ? toConditionalReply(request, reply) : reply;
  };
}

function readTarget(request: ServiceRequest, { target }: ManageRoute): string {
  if (!target) return "";
  const { parameter, guidOf } = target;
  return guidOf === undefined ? readName(request, parameter) : requireGuid(request.params[parameter], guidOf);
}
