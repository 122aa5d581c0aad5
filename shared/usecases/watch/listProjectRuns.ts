import type { Execution } from "../../domain/execution.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { loadProject } from "../definitions/loadDefinitions.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** A run that no job started, with its last execution: undefined while it waits for one that was asked for again. */
export interface ProjectRun {
  readonly message: Message;
  readonly execution: Execution | undefined;
}

/** The runs of a project that no job started, newest first; costs what the page holds. `notFound` for no project. */
export async function listProjectRuns(ports: Ports, project: string, page: PageRequest): Promise<Page<ProjectRun>> {
  await loadProject(ports, project);
  const found = await ports.messages.list(projectRunsId(project), page);
  const items = await inParallel(found.items, readsAtOnceMax, async (message) => {
    const { executionId } = message;
    return { message, execution: executionId === undefined ? undefined : await ports.executions.find(executionId) };
  });
  return { ...found, items };
}
