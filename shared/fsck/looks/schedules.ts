import type { ScheduleKind } from "../../ports.ts";
import type { Row, RowChange, Table } from "../../storage/ground/ground.ts";
import { tableNames } from "../../storage/ground/names.ts";
import { dueKey, jobKey, scheduleRows, toSchedule } from "../../storage/ledger/schedules.ts";
import { clearRemovedJob } from "../../usecases/definitions/removeJob.ts";
import type { Doubt } from "../finding.ts";
import { judgeEach, partitionsOf, rowsOf } from "../walk.ts";
import type { World } from "../world.ts";

const kinds: readonly ScheduleKind[] = ["processing", "monitoring"];
const { schedules, occurrences } = tableNames;

/** A schedule and the row that finds it when it is due say the same; and nothing is left of jobs that are no more. */
export async function* lookAtSchedules(world: World): AsyncGenerator<Doubt> {
  const { ground, seen } = world;
  const table = ground.table(schedules);
  for (const kind of kinds) {
    yield* judgeEach(rowsOf(table, kind), {
      placeOf: ({ rowKey }) => `${schedules}/${kind}/${rowKey}`,
      seen,
      judge: async (row) => {
        if (row.rowKey.startsWith("due_")) return judgeDue(table, row);
        const { activityId } = toSchedule(row);
        return [...(await judgeSchedule(table, row)), ...(await judgeLeft(world, row, activityId))];
      },
    });
  }
  yield* judgeEach(partitionsOf(ground.table(occurrences)), {
    placeOf: (activityId) => `${occurrences}/${activityId}`,
    seen,
    judge: async (activityId) => judgeWaiting(world, activityId),
  });
}

async function judgeDue(table: Table, row: Row): Promise<readonly Doubt[]> {
  const { partitionKey: kind, rowKey } = row;
  const isStale = async (of: Row) => {
    const job = await table.find(kind, jobKey(String(of.values["activityId"])));
    return job === undefined || dueKey(toSchedule(job)) !== rowKey;
  };
  const stale = async () => {
    const again = await table.find(kind, rowKey);
    return again && (await isStale(again)) ? again : undefined;
  };
  if (!(await isStale(row))) return [];
  return [
    {
      kind: "rowOfNothing",
      place: `${schedules}/${kind}/${rowKey}`,
      what: "It says that a job is due, whose schedule does not say so.",
      todo: "Each tick looks at it in vain.",
      isStill: async () => (await stale()) !== undefined,
      mend: async () => {
        const again = await stale();
        return again !== undefined && table.remove(kind, rowKey, again.etag);
      },
    },
  ];
}

async function judgeSchedule(table: Table, row: Row): Promise<readonly Doubt[]> {
  const { partitionKey: kind, rowKey } = row;
  const lacks = async (of: Row | undefined) => {
    const key = of && dueKey(toSchedule(of));
    return of && key !== undefined && !(await table.find(kind, key)) ? of : undefined;
  };
  if (!(await lacks(row))) return [];
  const again = async () => lacks(await table.find(kind, rowKey));
  return [
    {
      kind: "rowMissing",
      place: `${schedules}/${kind}/${dueKey(toSchedule(row))}`,
      what: "A job has a next due time, and no tick will find it.",
      todo: "It does not run by its recurrence any more.",
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const still = await again();
        if (!still) return false;
        const { values, etag } = still;
        const same: RowChange = { kind: "replace", rowKey, values, etag };
        const due = scheduleRows(toSchedule(still)).filter((change) => change.rowKey !== rowKey);
        return (await table.transact(kind, [same, ...due])) !== undefined;
      },
    },
  ];
}

/** A removal that was cut off leaves them, and ends when it is asked for once more. */
async function judgeLeft({ ports, ground }: World, row: Row, activityId: string): Promise<readonly Doubt[]> {
  const isLeft = async () =>
    (await ports.definitions.find("job", activityId)) === undefined &&
    (await ground.table(schedules).find(row.partitionKey, row.rowKey))?.etag === row.etag;
  if (!(await isLeft())) return [];
  return [
    {
      kind: "leftOfJob",
      place: `${schedules}/${row.partitionKey}/${row.rowKey}`,
      what: "It is the schedule of a job that is not there.",
      todo: "The removal of the job was cut off: delete the job once more, which ends it.",
      isStill: isLeft,
      mend: () => clearRemovedJob(ports, activityId),
    },
  ];
}

/** A due time that waits in the ledger of no job. */
async function judgeWaiting({ ports }: World, activityId: string): Promise<readonly Doubt[]> {
  const isLeft = async () =>
    (await ports.occurrences.listWaiting(activityId, 1)).length > 0 &&
    (await ports.definitions.find("job", activityId)) === undefined;
  if (!(await isLeft())) return [];
  return [
    {
      kind: "leftOfJob",
      place: `${occurrences}/${activityId}`,
      what: "Due times wait in the ledger of a job that is not there.",
      todo: "The removal of the job was cut off: delete the job once more, which ends it.",
      isStill: isLeft,
      mend: () => clearRemovedJob(ports, activityId),
    },
  ];
}
