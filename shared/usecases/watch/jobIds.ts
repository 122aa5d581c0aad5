import type { Ports } from "../../ports.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";

const pageJobs = 500;
const pagesMax = 200;

/** The jobs that may have open messages, in the order of their ids; costs a row for each. */
export async function openJobIds(ports: Ports): Promise<readonly string[]> {
  return (await allOf((page) => ports.openMessages.listJobs(page))).map(({ activityId }) => activityId);
}

export function allJobIds(ports: Ports): Promise<readonly string[]> {
  return allOf((page) => ports.definitions.listJobIds(page));
}

/** Where projects keep the runs that no job started. */
export async function allProjectRunsIds(ports: Ports): Promise<readonly string[]> {
  return (await allOf((page) => ports.definitions.list("project", page))).map(({ value }) => projectRunsId(value.name));
}

async function allOf<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const all: T[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await list({ limit: pageJobs, ...(continuation !== undefined && { continuation }) });
    all.push(...found.items);
    continuation = found.continuation;
    if (continuation === undefined) return all;
  }
  throw new Error(`There are more than ${pageJobs * pagesMax} jobs.`);
}
