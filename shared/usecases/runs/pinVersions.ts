import { enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import type { ExecutionVersions } from "../../domain/execution.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import { newestDefinitions, versionsOf } from "../definitions/executionDefinitions.ts";

/** What was judged before a run is accepted, and is what it runs by. */
export interface JudgedProject {
  readonly revision: string;
  /** Names of formats beside those of its lines. */
  readonly formats: readonly string[];
}

/** The versions of a run by that version of its project. Throws `conflict` when there is a newer one. */
export async function pinVersions(
  ports: Ports,
  order: RunOrder,
  { revision, formats }: JudgedProject,
): Promise<ExecutionVersions> {
  const newest = await newestDefinitions(ports, { order }, enabledLines, formats);
  if (newest.project.revision === revision) return versionsOf(newest);
  throw new DomainError("conflict", `Data project "${order.project}" was changed in this moment. Call again.`);
}
