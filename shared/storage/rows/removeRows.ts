import type { RowChange, Table } from "../ground/ground.ts";

const changesMax = 100;

/**
 * Removes groups of rows, each group as a whole, many groups in one request. Answers how many groups went; one that
 * was changed or removed by somebody else meanwhile is left to them.
 */
export async function removeRowGroups(
  table: Table,
  partitionKey: string,
  groups: readonly (readonly RowChange[])[],
): Promise<number> {
  let removed = 0;
  for (const batch of batches(groups)) {
    if (await table.transact(partitionKey, batch.flat())) removed += batch.length;
    else removed += await removeOneByOne(table, partitionKey, batch);
  }
  return removed;
}

async function removeOneByOne(
  table: Table,
  partitionKey: string,
  groups: readonly (readonly RowChange[])[],
): Promise<number> {
  let removed = 0;
  for (const group of groups) if (await table.transact(partitionKey, group)) removed += 1;
  return removed;
}

function batches(groups: readonly (readonly RowChange[])[]): (readonly RowChange[])[][] {
  const all: (readonly RowChange[])[][] = [];
  let size = changesMax;
  for (const group of groups) {
    if (size + group.length > changesMax) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(group);
    size += group.length;
  }
  return all;
}
