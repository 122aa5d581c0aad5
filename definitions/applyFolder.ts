import { applyPlan, type Done } from "./apply.ts";
import { readFolder } from "./folder/readFolder.ts";
import { describe } from "./kinds.ts";
import type { ManagementApi } from "./managementApi.ts";
import { planChanges } from "./plan.ts";

interface Wishes {
  /** Leaves what is there as it is, whatever the folder says of it. */
  readonly onlyMissing?: boolean;
}

/** Brings a service to what a folder says; what it has beside stays. Throws what was refused. Answers what was written. */
export async function applyFolder(
  api: ManagementApi,
  folder: string,
  { onlyMissing = false }: Wishes = {},
): Promise<readonly Done[]> {
  const { steps } = await planChanges(api, await readFolder(folder), { prunes: false });
  const done = await applyPlan(api, { steps: steps.filter(({ action }) => !onlyMissing || action === "create") });
  const refused = done.flatMap(({ step, refusal }) => (refusal === undefined ? [] : [`${describe(step)}: ${refusal}`]));
  if (refused.length > 0) throw new Error(`Not all of ${folder} could be applied.\n  ${refused.join("\n  ")}`);
  return done;
}
