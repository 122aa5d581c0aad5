import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import { executionIdsOf } from "../../domain/message.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";

const separator = "~";
const readsAtOnce = 16;

/**
 * The executions of every job, or of the jobs that run a project now: job by job, the newest messages first. A page
 * looks at the messages of one job, and may hold none and go on.
 */
export async function listJobExecutions(
  ports: Ports,
  project: string | undefined,
  { limit, continuation }: PageRequest,
): Promise<Page<Execution>> {
  const [jobToken, messageToken] = readContinuation(continuation);
  const jobs = await jobIds(ports, project, { limit: 1, ...(jobToken !== "" && { continuation: jobToken }) });
  const [activityId] = jobs.items;
  const next = jobs.continuation === undefined ? {} : { continuation: `${jobs.continuation}${separator}` };
  if (activityId === undefined) return { items: [], ...next };
  const page = { limit, ...(messageToken !== "" && { continuation: messageToken }) };
  const messages = await ports.messages.list(activityId, page);
  const ids = messages.items.flatMap((message) => executionIdsOf(message).toReversed());
  const items = await findAll(ports, ids);
  const rest =
    messages.continuation === undefined ? next : { continuation: `${jobToken}${separator}${messages.continuation}` };
  return { items, ...rest };
}

/** One that its message has not begun yet, or whose retention ended meanwhile, is passed over. */
async function findAll(ports: Ports, ids: readonly string[]): Promise<readonly Execution[]> {
  const items: Execution[] = [];
  for (let at = 0; at < ids.length; at += readsAtOnce) {
    const found = await Promise.all(ids.slice(at, at + readsAtOnce).map((id) => ports.executions.find(id)));
    items.push(...found.filter((execution) => execution !== undefined));
  }
  return items;
}

async function jobIds(ports: Ports, project: string | undefined, page: PageRequest): Promise<Page<string>> {
  if (project === undefined) return ports.definitions.listJobIds(page);
  const { items, ...rest } = await ports.definitions.listReferring("job", { kind: "project", name: project }, page);
  return { items: items.map(({ value }) => value.activityId), ...rest };
}

function readContinuation(text: string | undefined): readonly [job: string, message: string] {
  const [job = "", message = "", ...more] = text?.split(separator) ?? [];
  if (more.length === 0) return [job, message];
  throw new DomainError("invalid", "This is not a continuation that this list gave; begin again without one.");
}
