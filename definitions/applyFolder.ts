import { applyPlan, type Done } from "./apply.ts";
import { readFolder } from "./folder/readFolder.ts";
import type { Values } from "./folder/values.ts";
import { type Definition, describe } from "./kinds.ts";
import type { ManagementApi } from "./managementApi.ts";
import { planChanges } from "./plan.ts";

interface Wishes {
  /** Leaves what is there as it is, whatever is said of it. */
  readonly onlyMissing?: boolean;
  /** What the placeholders in the folder stand for. */
  readonly values?: Values;
}

/** Brings a service to what a folder says; what it has beside stays. Throws what was refused. Answers what was written. */
export async function applyFolder(api: ManagementApi, folder: string, wishes: Wishes = {}): Promise<readonly Done[]> {
  const { definitions } = await readFolder(folder, wishes.values);
  return applyDefinitions(api, definitions, wishes);
}

/** The same of definitions that are at hand. */
export async function applyDefinitions(
  api: ManagementApi,
  definitions: readonly Definition[],
  { onlyMissing = false }: Wishes = {},
): Promise<readonly Done[]> {
  const { steps } = await planChanges(api, { definitions, kinds: [] }, { prunes: false });
  const done = await applyPlan(api, { steps: steps.filter(({ action }) => !onlyMissing || action === "create") });
  const refused = done.flatMap(({ step, refusal }) => (refusal === undefined ? [] : [`${describe(step)}: ${refusal}`]));
  if (refused.length > 0) throw new Error(`Not all could be applied.\n  ${refused.join("\n  ")}`);
  return done;
}
