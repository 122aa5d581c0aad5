import { read, Refused, type Schemas } from "../../client/api.ts";
import { allPages } from "../allPages.ts";
import type { Call } from "../command.ts";
import { UsageError } from "../exitCodes.ts";
import type { OptionTable } from "../options.ts";

const guid = /^\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?$/i;

const candidatesMax = 5;

/**
 * The activity id of the job that `--job` says, with braces or without. Any other text is the name of a job, whatever its
 * case, and asks for one that has it; which takes a role, and so a client of the connector says the id.
 */
export async function requireJob<O extends OptionTable>(call: Call<O>, text: string | undefined): Promise<string> {
  if (text === undefined || text.trim() === "")
    throw new UsageError("Which job? Say --job and its activity id or name.");
  const id = readGuid(text);
  if (id !== undefined) return id;
  const jobs = await listJobs(call, text);
  const named = jobs.filter(({ name }) => fold(name) === fold(text));
  const [only] = named;
  if (only && named.length === 1) return plainId(only.activityId);
  throw new UsageError(only ? toTwins(text, named) : toNobody(text, jobs));
}

/** An activity id as the command line writes it, however the service does. */
export function plainId(activityId: string): string {
  return readGuid(activityId) ?? activityId;
}

function readGuid(text: string): string | undefined {
  return guid.exec(text.trim())?.[1]?.toLowerCase();
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

async function listJobs<O extends OptionTable>({ connect, signal }: Call<O>, text: string) {
  const { manage } = await connect();
  try {
    return await allPages(async (query) => read(await manage.GET("/manage/api/jobs", { params: { query }, signal })));
  } catch (error) {
    if (!(error instanceof Refused && error.status === 403)) throw error;
    const message = `--job is "${text}": who finds a job by its name has a role. Say its activity id.`;
    throw new UsageError(message, { cause: error });
  }
}

type Job = Pick<Schemas["Job"], "activityId" | "name">;

function toTwins(text: string, named: readonly Job[]): string {
  return `${named.length} jobs are called "${text}". Say which, by its activity id:${toLines(named)}`;
}

function toNobody(text: string, jobs: readonly Job[]): string {
  const similar = jobs.filter(({ name }) => fold(name).includes(fold(text)));
  const candidates = similar.length > 0 ? similar : jobs;
  if (candidates.length === 0) return `There is no job "${text}", and none at all that this application may see.`;
  const which = similar.length > 0 ? "These are similar" : "There are";
  return `There is no job "${text}". ${which}:${toLines(candidates)}`;
}

function toLines(jobs: readonly Job[]): string {
  const lines = jobs.slice(0, candidatesMax).map(({ activityId, name }) => `\n  ${plainId(activityId)}  ${name}`);
  const more =
    jobs.length > candidatesMax ? `\n  and ${jobs.length - candidatesMax} more: recurring-integrations status` : "";
  return lines.join("") + more;
}

/** The ids of messages or runs that stand behind a command. */
export function requireIds(texts: readonly string[], what: string): readonly string[] {
  if (texts.length === 0) throw new UsageError(`Which ${what}? Say its id, or several.`);
  return texts.map((text) => {
    const id = readGuid(text);
    if (id === undefined) throw new UsageError(`"${text}" is no id of a ${what}.`);
    return id;
  });
}
