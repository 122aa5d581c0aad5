import type { HttpResponseInit } from "@azure/functions";
import { requireRole } from "../../auth/roles.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { nameList } from "../../domain/nameList.ts";
import { type JsonObject, parseLenientJson } from "../lenientJson.ts";
import { MethodNotAllowed } from "../methodNotAllowed.ts";
import type { ServiceRequest } from "../request.ts";
import { actions } from "./actions.ts";
import type { Action, ActionCall } from "./actions/action.ts";
import type { Resource } from "./address.ts";
import { readBodyText } from "./bodyText.ts";
import { type Asked, toNothingReply, toValueReply } from "./reply.ts";
import { definitionGroups } from "./sets/definitionGroups.ts";

/** Does what an action does, by its name in any case; throws `notFound` for one that there is not. */
export async function act(
  asked: Asked,
  { set, name }: Extract<Resource, { kind: "action" }>,
  call: ActionCall,
): Promise<HttpResponseInit> {
  const action = set === definitionGroups ? actions.find((each) => isSameName(each.name, name)) : undefined;
  if (!action?.isOpenToJobs) requireRole(call.caller, "package");
  if (!action) throw unknownAction(name);
  const { method } = asked.request;
  if (method !== "POST") throw new MethodNotAllowed(method, ["POST"]);
  const value = await action.run(call, await readParameters(asked.request, action));
  const { returns } = action;
  return returns === undefined || value === undefined ? toNothingReply() : toValueReply(asked, returns, value);
}

/** No body is one without members. */
async function readParameters(request: ServiceRequest, { name, parameters }: Action): Promise<JsonObject> {
  const text = await readBodyText(request);
  if (text.trim() === "") return new Map();
  const body = parseLenientJson(text);
  if (body instanceof Map) return body;
  const members = Object.keys(parameters).join(", ") || "no members";
  throw new DomainError("invalid", `The body is no JSON object. ${name} takes one with ${members}.`);
}

function unknownAction(name: string): DomainError {
  const names = actions.map((each) => each.name).join(", ");
  const message = `There is no action ${nameList([name])} here. ${definitionGroups.name} has ${names}.`;
  return new DomainError("notFound", message);
}
