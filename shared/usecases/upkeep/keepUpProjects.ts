import { eachAlone } from "../../ports/eachAlone.ts";
import type { Ports } from "../../ports.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { pruneJob } from "../retention/pruneJob.ts";

const pageProjects = 100;

/** Deletes the old keys of the runs that projects have of their own, a page of projects at a time. */
export async function keepUpProjects(ports: Ports, after: string | undefined): Promise<void> {
  const page = { limit: pageProjects, ...(after !== undefined && { continuation: after }) };
  const { items, continuation } = await ports.definitions.list("project", page);
  if (continuation !== undefined)
    await ports.work.send({ kind: "upkeep", part: "keepUpProjects", after: continuation });
  const ids = items.map(({ value }) => projectRunsId(value.name));
  const before = ports.clock.now() - ports.settings.retentionMs;
  await eachAlone(
    ports,
    "keepUpProjects",
    ids,
    (activityId) => ({ activityId }),
    (activityId) => pruneJob(ports, activityId, before),
  );
}
