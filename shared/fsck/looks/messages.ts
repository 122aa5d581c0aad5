import type { Row } from "../../storage/ground/ground.ts";
import { tableNames } from "../../storage/ground/names.ts";
import { toMessage } from "../../storage/messages/messageRows.ts";
import { openJobs } from "../../storage/messages/openJobs.ts";
import type { Doubt } from "../finding.ts";
import { judgeEach, partitionsOf, rowsOf } from "../walk.ts";
import type { World } from "../world.ts";
import { judgeContent } from "./messageContent.ts";
import { judgeRuns } from "./messageRuns.ts";
import { isListed, judgeIndexRow, judgeKeyRow, judgeRowsBeside, keptPrefixes } from "./messageRows.ts";
import { judgeStanding } from "./messageStanding.ts";

const indexRow = /^[cenow]_/;

/** Every message of every job with the rows beside it, its bytes, its runs and who goes on with it. */
export async function* lookAtMessages(world: World): AsyncGenerator<Doubt> {
  const table = world.ground.table(tableNames.messages);
  for await (const activityId of partitionsOf(table)) {
    const prefixes = await keptPrefixes(table, activityId);
    const withLists = await isListed(table, activityId);
    yield* judgeEach(rowsOf(table, activityId), {
      placeOf: ({ rowKey }) => `${tableNames.messages}/${activityId}/${rowKey}`,
      seen: world.seen,
      judge: async (row) => {
        if (row.rowKey.startsWith("m_")) return judgeMessage(world, row, { prefixes, isListed: withLists });
        if (indexRow.test(row.rowKey)) return judgeIndexRow(table, row);
        return row.rowKey.startsWith("k_") ? judgeKeyRow(table, row) : [];
      },
    });
    yield* lookAtIndexOfJobs(world, activityId);
  }
}

interface Kept {
  readonly prefixes: readonly string[];
  readonly isListed: boolean;
}

async function judgeMessage(world: World, row: Row, kept: Kept): Promise<readonly Doubt[]> {
  const { value: message } = toMessage(row);
  const found = await Promise.all([
    judgeRowsBeside(world.ground.table(tableNames.messages), row, kept.prefixes),
    judgeStanding(world, message),
    judgeContent(world, message),
    judgeRuns(world, message, kept.isListed),
  ]);
  return found.flat();
}

/** Who measures, and who relays events, finds a job by its row in an index. */
async function* lookAtIndexOfJobs(world: World, activityId: string): AsyncGenerator<Doubt> {
  const { ports, ground } = world;
  const claims = ground.table(tableNames.claims);
  const isIn = async (index: string) => (await claims.find(index, activityId)) !== undefined;
  const hasOpen = async () => (await ports.openMessages.list(activityId, 1)).length > 0 && !(await isIn("jobs"));
  if (await hasOpen()) {
    yield {
      kind: "rowMissing",
      place: `${tableNames.claims}/jobs/${activityId}`,
      what: "The job has open messages, and is not in the index of those that are measured.",
      todo: "The upkeep puts it there within the hour, where the job is there.",
      isStill: hasOpen,
      mend: async () => {
        await ports.openMessages.mendJob(activityId);
        return !(await hasOpen());
      },
    };
  }
  const hasEvents = async () => (await ports.events.list(activityId, 1)).length > 0 && !(await isIn("events"));
  if (await hasEvents()) {
    yield {
      kind: "eventsUnseen",
      place: `${tableNames.claims}/events/${activityId}`,
      what: "Events of the job wait for webhooks, and it is not in the index of those whose events wait.",
      todo: "Nobody will send them.",
      isStill: hasEvents,
      mend: async () => {
        await openJobs(claims, ports.clock, "events").mark(activityId);
        return true;
      },
    };
  }
}
