import { DomainError, type MemberError } from "../../../domain/errors.ts";
import { findMember, type JsonObject } from "../../lenientJson.ts";
import type { Parameter } from "./parameters.ts";

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
/** What a body says, in the forms of the parameters. */
export type Arguments<P extends Parameters> = { readonly [N in keyof P]: P[N] extends Parameter<infer T> ? T : never };

/** By their names in any case. What else a body says is passed over. */
export function readArguments<P extends Parameters>(parameters: P, body: JsonObject): Arguments<P> {
  const problems: MemberError[] = [];
  const given = Object.entries(parameters).map(([name, { read, due }]) => {
    const value = read(findMember(body, name) ?? null);
    if (value === undefined) problems.push({ path: name, message: due });
    return [name, value];
  });
  const [first] = problems;
  if (first) throw new DomainError("invalid", `${first.path}: ${first.message}`, problems);
  return Object.fromEntries(given) as Arguments<P>;
}
