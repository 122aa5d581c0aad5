import type { Draft } from "../api/definitions.ts";
import type { DefinitionKind } from "../parts/definition/kind.ts";

type SequenceDraft = Draft<"number-sequences">;

const labels: Readonly<Record<string, string>> = {
  name: "Name",
  description: "Description",
  format: "Format",
  smallest: "Smallest number",
  largest: "Largest number",
  next: "Next number",
};

export const sequenceKind: DefinitionKind<"number-sequences"> = {
  list: "number-sequences",
  noun: "number sequence",
  title: "Number sequences",
  draftOf: ({ name, description, format, smallest, largest, next }) => ({
    name,
    description,
    format,
    smallest,
    largest,
    next,
  }),
  membersOf: (draft) => ({ ...draft }),
  ofMembers: (members) => ({
    name: textOf(members["name"]),
    description: textOf(members["description"]),
    format: textOf(members["format"]),
    ...numberOf("smallest", members),
    ...numberOf("largest", members),
    ...numberOf("next", members),
  }),
  show: (member, value) => ({ label: labels[member] ?? member, content: <bdi>{textOf(value)}</bdi> }),
};

export function newSequence(): SequenceDraft {
  return { name: "", description: "", format: "######", smallest: 1 };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

function numberOf<K extends string>(member: K, { [member]: value }: Readonly<Record<string, unknown>>) {
  return typeof value === "number" ? { [member]: value } : {};
}
