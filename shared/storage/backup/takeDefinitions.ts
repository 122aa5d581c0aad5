import { createHash } from "node:crypto";
import type { Row, Table } from "../ground/ground.ts";
import type { Taking } from "./taking.ts";
import { partitionsOf, rowsIn, toLine } from "./takeRows.ts";

/** Says whose turn it is to change definitions, and is nobody's in a backup. */
const turnKey = "turn";
const looksMax = 20;

/**
 * All definitions as they stood at one moment: they are read again and again until two reads are the same. A job says its
 * project and that its entities, and a change of one is made by the looks of the others.
 */
export async function takeDefinitions(table: Table, taking: Pick<Taking, "begin">): Promise<void> {
  let before: string | undefined;
  for (let looks = 0; looks < looksMax; looks++) {
    const lines = await taking.begin("definitions");
    const seen = createHash("sha256");
    for await (const row of definitionRows(table)) {
      seen.update(`${row.partitionKey}/${row.rowKey}/${row.etag}\n`);
      if (row.rowKey !== turnKey) await lines.write(toLine(row));
    }
    await lines.end();
    const digest = seen.digest("hex");
    if (digest === before) return;
    before = digest;
  }
  throw new Error("The definitions were changed all the time. Take the backup when nobody applies definitions.");
}

async function* definitionRows(table: Table): AsyncGenerator<Row> {
  for await (const partitionKey of partitionsOf(table)) yield* rowsIn(table, partitionKey);
}
