import type { Clock } from "../../ports.ts";
import type { RowValues, Table } from "../ground/ground.ts";

/** For so long a write may take after its rows were written; whoever stood still for longer writes them once more. */
const reliedOnMs = 5 * 60_000;
/** Far longer, so that no row goes whose writer may still be on its way to what the row tells of. */
export const settledMs = 60 * 60_000;

/** The rows of one fact; the first stands for all, since they come and go in one transaction. */
export type AheadRows = readonly [KeyedRow, ...KeyedRow[]];
interface KeyedRow {
  readonly rowKey: string;
  readonly values: RowValues;
}

/** All rows, or those whose writer is on his way no more. */
export type SettledRows = "all" | "settled";

export interface AheadList {
  /** Does what makes the rows true: they are there before that, and when it is done. */
  before<T>(rows: AheadRows, write: () => Promise<T>): Promise<T>;
  /**
   * Takes the rows out unless they are true, or come anew while this looks. Whoever was not on the way to it himself looks
   * at `settled` ones alone: the writer of another may be between the row and what it tells of.
   */
  settle(rows: AheadRows, isTrue: () => Promise<boolean>, which?: SettledRows): Promise<void>;
}

/**
 * A list of what stands in many other partitions. No transaction spans the two, so a row comes before what it tells of, and
 * is held against it when it is read: nothing that stands is missing, nothing is shown that does not, and a row that a
 * crash left behind needs no repair but costs a look.
 */
export function aheadList(table: Table, partitionKey: string, clock: Clock): AheadList {
  const upsert = async (rows: AheadRows): Promise<void> => {
    await table.transact(
      partitionKey,
      rows.map(({ rowKey, values }) => ({ kind: "upsert", rowKey, values: { ...values, listedAt: clock.now() } })),
    );
  };
  return {
    async before(rows, write) {
      const listedAt = clock.now();
      await upsert(rows);
      try {
        return await write();
      } finally {
        // Also where the answer is lost: it may have been done. A clock that was set back says nothing.
        const agoMs = clock.now() - listedAt;
        if (agoMs < 0 || agoMs > reliedOnMs) await upsert(rows);
      }
    },
    async settle([first, ...others], isTrue, which = "all") {
      const row = await table.find(partitionKey, first.rowKey);
      if (!row || (which === "settled" && clock.now() - Number(row.values["listedAt"]) <= settledMs)) return;
      if (await isTrue()) return;
      await table.transact(partitionKey, [
        { kind: "remove", rowKey: first.rowKey, etag: row.etag },
        ...others.map(({ rowKey }) => ({ kind: "remove", rowKey }) as const),
      ]);
    },
  };
}
