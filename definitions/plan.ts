import { type DefinitionChange, definitionChanges } from "../shared/domain/definitionChanges.ts";
import type { DefinitionFolder } from "./folder/readFolder.ts";
import type { Definition } from "./kinds.ts";
import type { ManagementApi } from "./managementApi.ts";
import { inOrder, keyOf } from "./order.ts";
import { spelledAs } from "./spelling.ts";
import { findStored, listStored, type Stored } from "./stored.ts";

interface Planned extends Definition {
  /** Of the differences, those that are told. */
  readonly changes: readonly DefinitionChange[];
  readonly hasMore: boolean;
}

/** What is to become of one definition. What stands here is what is written, or nothing is. */
export type Step =
  | (Planned & { readonly action: "create" })
  | (Planned & { readonly action: "update"; readonly stored: Stored })
  | (Planned & { readonly action: "delete"; readonly stored: Stored });

export interface Plan {
  /** In the order in which they can be done. */
  readonly steps: readonly Step[];
  readonly unchanged: readonly Definition[];
  /** What the service has beside the folder, and keeps. */
  readonly kept: readonly Definition[];
}

export interface PlanWishes {
  /** Deletes what the service has beside the folder, of the kinds that have a folder. */
  readonly prunes: boolean;
}

interface Wanted extends Pick<DefinitionFolder, "kinds"> {
  readonly definitions: readonly Definition[];
}

/** The way from what the service has to what a folder says. */
export async function planChanges(api: ManagementApi, wanted: Wanted, { prunes }: PlanWishes): Promise<Plan> {
  const steps: Step[] = [];
  const unchanged: Definition[] = [];
  for (const definition of inOrder(wanted.definitions)) {
    const stored = await findStored(api, definition);
    const step = stored ? toUpdate(definition, stored) : toCreation(definition);
    if (step) steps.push(step);
    else unchanged.push(definition);
  }
  const beside = await listBeside(api, wanted);
  if (!prunes) return { steps, unchanged, kept: beside };
  const doomed = await Promise.all(beside.map((definition) => findStored(api, definition)));
  // What names others goes before them.
  const deletions = inOrder(doomed.filter((each) => each !== undefined)).toReversed();
  return { steps: [...steps, ...deletions.map(toDeletion)], unchanged, kept: [] };
}

async function listBeside(api: ManagementApi, { kinds, definitions }: Wanted): Promise<readonly Definition[]> {
  const known = new Set(definitions.map(keyOf));
  const lists: Definition[] = [];
  for (const kind of kinds) lists.push(...(await listStored(api, kind)));
  return lists.filter((definition) => !known.has(keyOf(definition)));
}

function toCreation(definition: Definition): Step {
  return { ...definition, action: "create", changes: [], hasMore: false };
}

function toUpdate(definition: Definition, stored: Stored): Step | undefined {
  const value = spelledAs(definition.value, stored.value);
  const { changes, hasMore } = definitionChanges(stored.value, value);
  if (changes.length === 0) return undefined;
  return { ...definition, value, action: "update", stored, changes, hasMore };
}

function toDeletion(stored: Stored): Step {
  return { ...stored, action: "delete", stored, changes: [], hasMore: false };
}
