import type { Row, RowPage, Table } from "../ground/ground.ts";
import type { KeyRange } from "../rows/rowPages.ts";
import type { LineWriter, RowLine } from "./backup.ts";

const pageRows = 1000;
const pagesMax = 100_000;
const partitionsMax = 1_000_000;
/** All keys, none of which begins with a lower character. */
const allKeys: KeyRange = { from: " ", below: "\uffff" };

export function toLine({ partitionKey, rowKey, values }: Row): RowLine {
  return { p: partitionKey, k: rowKey, v: values };
}

/** The rows of a range in key order, a page in memory at a time. */
export async function* rowsIn(table: Table, partitionKey: string, range: KeyRange = allKeys): AsyncGenerator<Row> {
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const rest = { ...range, limit: pageRows, ...(continuation !== undefined && { continuation }) };
    const page: RowPage = await table.list(partitionKey, rest);
    yield* page.rows;
    continuation = page.continuation;
    if (continuation === undefined) return;
  }
  throw new Error(`Partition ${partitionKey} has more than ${pagesMax} pages of rows.`);
}

export async function* partitionsOf(table: Table): AsyncGenerator<string> {
  let partitionKey = await table.nextPartition("");
  for (let count = 0; partitionKey !== undefined; count++) {
    if (count >= partitionsMax) throw new Error(`A table has more than ${partitionsMax} partitions.`);
    yield partitionKey;
    partitionKey = await table.nextPartition(partitionKey);
  }
}

/** Every row that is meant. */
export async function takeRows(
  table: Table,
  lines: LineWriter,
  rangeOf: (partitionKey: string) => KeyRange | undefined,
  isMeant: (row: Row) => boolean,
): Promise<void> {
  for await (const partitionKey of partitionsOf(table)) {
    for await (const row of rowsIn(table, partitionKey, rangeOf(partitionKey))) {
      if (isMeant(row)) await lines.write(toLine(row));
    }
  }
}
