import type { Schedule, Schedules } from "../../ports.ts";
import type { Ground, Row, RowChange } from "../ground/ground.ts";
import { behind, requireId, timeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { firstRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

/** More than the jobs of a page, and the schedules that removed jobs may have left between them. */
const rowsMax = 1000;

/**
 * Two rows per job: `job_{activityId}`, and `due_{time}_{activityId}` while the job has a next due time. Both move in
 * one transaction, so a tick finds every due job by a range of times.
 */
export function schedulesStore(ground: Ground): Schedules {
  const table = ground.table(tableNames.schedules);
  return {
    async find(kind, activityId) {
      const row = await table.find(kind, jobKey(activityId));
      return row && { value: toSchedule(row), etag: row.etag };
    },
    async save(kind, next, previous) {
      const rowKey = jobKey(next.activityId);
      const values = toColumns(next);
      const job: RowChange =
        previous === undefined
          ? { kind: "insert", rowKey, values }
          : { kind: "replace", rowKey, values, etag: previous.etag };
      return (await table.transact(kind, [job, ...dueChanges(previous?.value, next)])) !== undefined;
    },
    async remove(kind, previous) {
      const job: RowChange = { kind: "remove", rowKey: jobKey(previous.value.activityId), etag: previous.etag };
      return (await table.transact(kind, [job, ...dueChanges(previous.value, undefined)])) !== undefined;
    },
    async findNextDues(kind, activityIds) {
      const keys = activityIds.map(jobKey).toSorted();
      const [first, last] = [keys[0], keys.at(-1)];
      if (first === undefined || last === undefined) return new Map();
      const rows = await firstRows(table, kind, { from: first, below: behind(last) }, rowsMax);
      return new Map(
        rows
          .map(toSchedule)
          .flatMap(({ activityId, nextDueAt }) => (nextDueAt === undefined ? [] : [[activityId, nextDueAt] as const])),
      );
    },
    async listDue(kind, now, limit) {
      const range = { from: "due_", below: `due_${timeKey(now + 1)}` };
      const rows = await firstRows(table, kind, range, limit);
      return rows.map((row) => String(row.values["activityId"]));
    },
  };
}

/** The rows of a schedule, of which the second finds it. */
export function scheduleRows(schedule: Schedule): readonly RowChange[] {
  const row: RowChange = { kind: "upsert", rowKey: jobKey(schedule.activityId), values: toColumns(schedule) };
  return [row, ...dueChanges(undefined, schedule)];
}

export function jobKey(activityId: string): string {
  return `job_${requireId(activityId)}`;
}

/** The key of the row that finds it when it is due. */
export function dueKey(schedule: Schedule | undefined): string | undefined {
  if (schedule?.nextDueAt === undefined) return undefined;
  return `due_${timeKey(schedule.nextDueAt)}_${requireId(schedule.activityId)}`;
}

function dueChanges(previous: Schedule | undefined, next: Schedule | undefined): readonly RowChange[] {
  const from = dueKey(previous);
  const to = dueKey(next);
  if (from === to) return [];
  const changes: RowChange[] = [];
  if (from !== undefined) changes.push({ kind: "remove", rowKey: from });
  if (to !== undefined && next) {
    changes.push({ kind: "upsert", rowKey: to, values: { activityId: next.activityId } });
  }
  return changes;
}

export function toSchedule(row: Row): Schedule {
  return fromColumns<Schedule>(tableNames.schedules, row, ["activityId", "afterMs", "occurrencesSoFar"]);
}
