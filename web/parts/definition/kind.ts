import type { ReactNode } from "react";
import type { Definition, Draft, ListName } from "../../api/definitions.ts";

/** One difference or one line of facts: what it is called, and what it says. */
export interface Shown {
  readonly label: string;
  readonly content: ReactNode;
}

/** What the parts that all definitions share know of one kind of them. */
export interface DefinitionKind<L extends ListName> {
  readonly list: L;
  /** "data entity" */
  readonly noun: string;
  /** "Data entities" */
  readonly title: string;
  readonly draftOf: (definition: Definition<L>) => Draft<L>;
  /** What a draft says, as people compare it with another one: each field of an entity is a member of its own. */
  readonly membersOf: (draft: Draft<L>) => Readonly<Record<string, unknown>>;
  readonly ofMembers: (members: Readonly<Record<string, unknown>>) => Draft<L>;
  readonly show: (member: string, value: unknown) => Shown;
}

/** Where a definition is looked at. */
export function definitionView(list: ListName, name: string): string {
  // The address of a new one is not that of one called "new".
  const isTaken = name.toLowerCase() === "new";
  return `/${list}/${isTaken ? "named/" : ""}${encodeURIComponent(name)}`;
}
