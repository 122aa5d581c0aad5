import type { LoadSample } from "../../domain/loadSample.ts";
import type { LoadSamples } from "../../ports.ts";
import type { Ground, Row } from "../ground/ground.ts";
import { behind, newestFirstTimeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

const allKeys = { from: "0", below: ":" };

/** One partition per job, the newest first; a second one of the same millisecond takes the first one's place. */
export function loadSamplesStore(ground: Ground): LoadSamples {
  const table = ground.table(tableNames.loadSamples);
  return {
    async add(activityId, sample) {
      const rowKey = newestFirstTimeKey(sample.at);
      await table.transact(activityId, [{ kind: "upsert", rowKey, values: toColumns(sample) }]);
    },
    list: (activityId, page) => pageOfRows(table, activityId, allKeys, page, toLoadSample),
    async removeBefore(activityId, before, limit) {
      const range = { ...allKeys, from: behind(newestFirstTimeKey(before)) };
      const rows = await firstRows(table, activityId, range, limit);
      return removeRowGroups(
        table,
        activityId,
        rows.map(({ rowKey }) => [{ kind: "remove", rowKey }]),
      );
    },
  };
}

function toLoadSample(row: Row): LoadSample {
  return fromColumns<LoadSample>(tableNames.loadSamples, row, ["at", "waiting", "bytesWaiting"]);
}
