import { executionIdsOf } from "../../shared/domain/message.ts";
import { messageEnd } from "../../shared/domain/standing.ts";
import type { Message, Ports } from "../../shared/ports.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { type Scene, ledgerOf, messagesOf } from "./invariants.ts";

const limit = 500;

async function allMessages({ ports, jobs }: Scene): Promise<readonly Message[]> {
  return (await Promise.all(jobs.map(({ activityId }) => messagesOf(ports, activityId)))).flat();
}

async function listedEnds(ports: Ports, hasErrors: boolean): Promise<ReadonlySet<string>> {
  return new Set((await ports.lists.listEnded({ hasErrors }, { limit })).items.map(({ id }) => id));
}

/** What has ended, what ran and what was missed is in the lists across all jobs. */
export async function unlisted(scene: Scene): Promise<readonly string[]> {
  const { ports, jobs } = scene;
  const problems: string[] = [];
  const [all, failed] = [await listedEnds(ports, false), await listedEnds(ports, true)];
  const runs = new Set((await ports.lists.listExecutions({}, { limit })).items.map(({ id }) => id));
  for (const message of await allMessages(scene)) {
    const end = messageEnd(message);
    if (end && !all.has(message.id)) problems.push(`lists: the end of ${message.id} is missing`);
    if (end?.hasErrors && !failed.has(message.id)) problems.push(`lists: the failure of ${message.id} is missing`);
    for (const id of executionIdsOf(message)) {
      if ((await ports.executions.find(id)) && !runs.has(id)) problems.push(`lists: execution ${id} is missing`);
    }
  }
  const missed = (await ports.lists.listMissed(0, limit)).map(({ activityId, dueAt }) => `${activityId} ${dueAt}`);
  for (const { activityId } of jobs) {
    for (const { dueAt, state } of await ledgerOf(ports, activityId)) {
      if (state === "missed" && !missed.includes(`${activityId} ${dueAt}`)) problems.push(`lists: ${dueAt} is missing`);
    }
  }
  return problems;
}

/** Long after a crash no row is left that tells of what is not so. */
export async function leftInLists(scene: Scene): Promise<readonly string[]> {
  const { ports, ground } = scene;
  const messages = await allMessages(scene);
  const count = async (partition: string, prefix: string) =>
    (await ground.table(tableNames.lists).list(partition, { from: prefix, below: `${prefix}~`, limit })).rows.length;
  const ends = messages.filter(messageEnd).length;
  const runs = (await ports.lists.listExecutions({}, { limit })).items.length;
  const problems: string[] = [];
  const [endRows, runRows] = [await count("ended", "a_"), await count("executions", "a_")];
  if (endRows > ends) problems.push(`lists: ${endRows} rows tell of ${ends} ends`);
  if (runRows > runs) problems.push(`lists: ${runRows} rows tell of ${runs} executions`);
  return problems;
}
