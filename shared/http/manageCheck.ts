import type { HttpResponseInit } from "@azure/functions";
import { DomainError } from "../domain/errors.ts";
import type { DefinitionCheck, Problem } from "../usecases/definitions/checkDefinition.ts";
import { toCheckView, toProblems } from "./manageCheckSchema.ts";

/** What a body holds, or the members that are not as the schema has them. */
export type ReadBody<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** Answers what a save of the body would be refused for, which begins with the shape of the body. */
export async function toCheckReply<T>(
  read: () => Promise<T>,
  check: (value: T) => Promise<DefinitionCheck>,
  exists: () => Promise<boolean>,
): Promise<HttpResponseInit> {
  const body = await readOrProblems(read);
  const checked =
    "value" in body ? await check(body.value) : { exists: await exists(), problems: body.problems, warnings: [] };
  return { jsonBody: toCheckView(checked) };
}

/** A body that is no JSON, too long or in pieces is refused as everywhere. */
export async function readOrProblems<T>(read: () => Promise<T>): Promise<ReadBody<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "invalid" || error.members.length === 0) throw error;
    return { problems: toProblems(error.members) };
  }
}
