import { z } from "zod";
import { DomainError } from "../domain/errors.ts";
import type { VersionChanges, VersionPage } from "../usecases/definitions/versions.ts";
import { pageMembers } from "./manageAnswerSchemas.ts";
import { toTime } from "./manageDefinitionWire.ts";
import { idMember, personMember, timeMember } from "./manageMembers.ts";
import { invalidQuery } from "./manageRequest.ts";
import { readQuery } from "./request.ts";
import { asAnswer } from "./schemaNames.ts";

const versionFacts = asAnswer(
  "DefinitionVersion",
  z.strictObject({
    version: z.int(),
    isCurrent: z.boolean(),
    savedAt: timeMember,
    savedBy: idMember
      .exactOptional()
      .meta({ description: "Absent where it is not known, for older versions that an earlier release saved." }),
    savedByPerson: personMember.exactOptional().meta({ description: "Who used the application." }),
    sizeBytes: z.int().exactOptional(),
  }),
);

export const versionsAnswer = asAnswer(
  "DefinitionVersionPage",
  z.strictObject({
    ...pageMembers(versionFacts),
    current: z.int().exactOptional().meta({ description: "Absent for a definition that was deleted." }),
  }),
);

const definitionChange = asAnswer(
  "DefinitionChange",
  z.strictObject({
    kind: z.enum(["added", "removed", "changed", "reordered"]),
    pointer: z.string().meta({
      description: "A JSON pointer into the newer version; into the older one for what was removed.",
    }),
    path: z.string().meta({ description: 'The same in words, such as fields "NAME" › lengthMax.' }),
    before: z.string().exactOptional().meta({ description: "A text as it is; anything else as JSON." }),
    after: z.string().exactOptional(),
    isCut: z.literal(true).exactOptional().meta({ description: "A text was too long to be shown whole." }),
  }),
);

export const changesAnswer = asAnswer(
  "DefinitionChanges",
  z.strictObject({
    version: z.int(),
    since: z.int().exactOptional().meta({ description: "Absent for the first version, which changed nothing." }),
    changes: z.array(definitionChange),
    hasMore: z.boolean().meta({ description: "There are more changes than are told." }),
  }),
);

export function toVersionsView({ items, continuation, current }: VersionPage) {
  return {
    items: items.map(({ revision: _revision, firstVersion: _first, savedAt, ...facts }) => {
      return { ...facts, savedAt: toTime(savedAt), isCurrent: facts.version === current };
    }),
    ...(continuation !== undefined && { continuation }),
    ...(current !== undefined && { current }),
  };
}

export function toChangesView(version: number, { since, changes, hasMore }: VersionChanges) {
  return { version, ...(since !== undefined && { since }), changes, hasMore };
}

/** The version in the address; `notFound` for what is none. */
export function readVersion({ params }: { readonly params: Readonly<Record<string, string>> }): number {
  const version = params["version"] ?? "";
  if (/^\d{1,8}$/u.test(version)) return Number(version);
  throw new DomainError("notFound", "A version is named by its number, such as 3.");
}

/** The version that changes are asked since. */
export function readSince({ url }: { readonly url: string }): number | undefined {
  const text = readQuery(url).get("since");
  if (text === undefined) return undefined;
  if (/^\d{1,8}$/u.test(text)) return Number(text);
  throw invalidQuery("since", "The number of a version, such as 3.");
}
