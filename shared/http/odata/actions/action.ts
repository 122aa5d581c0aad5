import type { Caller } from "../../../domain/caller.ts";
import type { Ports } from "../../../ports.ts";
import type { JsonObject } from "../../lenientJson.ts";
import { type ComplexType, type EnumType, namespace, type Values } from "../model.ts";
import { type Arguments, type Parameters, readArguments } from "./argumentsWire.ts";

/** Who calls an action, and where they find the service. */
export interface ActionCall {
  readonly ports: Ports;
  readonly caller: Caller;
  /** Scheme and host under which the caller reaches the service, without a slash at the end. */
  readonly baseUrl: string;
}

export type ActionType = "Edm.String" | "Edm.Boolean" | "Collection(Edm.String)" | EnumType | ListOf;
export type ActionValue = string | boolean | readonly string[] | readonly Values[];

/** Any number of these. */
export interface ListOf {
  readonly of: ComplexType;
}

/** As the description of the service calls it. */
export function nameOfType(type: ActionType): string {
  if (typeof type === "string") return type;
  return "of" in type ? `Collection(${namespace}.${type.of.name})` : `${namespace}.${type.name}`;
}

/** An action on the data projects, in the original's words. */
export interface Action {
  readonly name: string;
  readonly parameters: Parameters;
  /** Absent where an answer has no `value`. */
  readonly returns?: ActionType;
  /** Also for an application without the role, on the list of the job that it is about: `run` sees to that itself. */
  readonly isOpenToJobs?: true;
  /** Does what the body asks for, without waiting for work; what cannot be done throws. */
  readonly run: (call: ActionCall, body: JsonObject) => Promise<ActionValue | undefined>;
}

/** What an action is told, and what it makes of that; the arguments come in the forms of their parameters. */
interface ActionFacts<P extends Parameters> {
  readonly name: string;
  readonly parameters: P;
  readonly returns?: ActionType;
  readonly isOpenToJobs?: true;
  readonly run: (call: ActionCall, given: Arguments<P>) => Promise<ActionValue | undefined>;
}

export function toAction<P extends Parameters>({ run, ...facts }: ActionFacts<P>): Action {
  return { ...facts, run: (call, body) => run(call, readArguments(facts.parameters, body)) };
}
