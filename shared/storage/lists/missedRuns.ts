import type { MissedRuns, Occurrence } from "../../domain/occurrence.ts";
import type { Clock } from "../../ports.ts";
import type { Ground, Row } from "../ground/ground.ts";
import { newestFirstTimeKey, requireId, timeKey } from "../rows/keys.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { tableNames } from "../ground/names.ts";
import { type AheadRows, type SettledRows, aheadList } from "./aheadRows.ts";

export const missedPartition = "missed";

export interface MissedList {
  before<T>(runs: MissedRuns, write: () => Promise<T>): Promise<T>;
  settle(runs: MissedRuns, which?: SettledRows): Promise<void>;
}

/** What was missed in the ledgers of all jobs. */
export function missedList(ground: Ground, clock: Clock): MissedList {
  const list = aheadList(ground.table(tableNames.lists), missedPartition, clock);
  const ledger = ground.table(tableNames.occurrences);
  return {
    before: (runs, write) => list.before(missedRows(runs), write),
    settle: (runs, which) => {
      const isTrue = async (): Promise<boolean> => {
        const row = await ledger.find(runs.activityId, newestFirstTimeKey(runs.dueAt));
        if (!row) return false;
        return isSaid(fromColumns<Occurrence>(tableNames.occurrences, row, ["state", "lastDueAt"]), runs);
      };
      return list.settle(missedRows(runs), isTrue, which);
    },
  };
}

function isSaid({ state, lastDueAt: last }: Occurrence, { lastDueAt }: MissedRuns): boolean {
  return state === "missed" && last === lastDueAt;
}

export function missedRows({ activityId, dueAt, lastDueAt, dueTimes }: MissedRuns): AheadRows {
  const rowKey = `m_${newestFirstTimeKey(lastDueAt)}_${requireId(activityId)}_${timeKey(dueAt)}`;
  return [{ rowKey, values: toColumns({ activityId, dueAt, lastDueAt, dueTimes }) }];
}

export function toMissedRuns(row: Row): MissedRuns {
  return fromColumns<MissedRuns>(tableNames.lists, row, ["activityId", "dueAt", "lastDueAt", "dueTimes"]);
}
