import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StatementDone, StatementFailed } from "./duckdbChild.ts";
import { type Peer, requireRecords } from "./peer.ts";
import { changedRecords, columns, createEnum, createTable, quoted, tableName } from "./sqlTable.ts";

type Answer = StatementDone | StatementFailed;

const readOptions = [
  "header = true",
  "auto_detect = false",
  "delim = ','",
  `quote = '"'`,
  `escape = '"'`,
  "strict_mode = true",
  `columns = {${columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(", ")}}`,
].join(", ");

/** DuckDB on one thread, its database a file in a temporary folder. */
export async function startDuckDb(): Promise<Peer> {
  const name = "DuckDB";
  const folder = await mkdtemp(path.join(tmpdir(), "duckdb-bench-"));
  const child = fork(path.join(import.meta.dirname, "duckdbChild.ts"), [path.join(folder, "bench.duckdb")]);
  const exited = once(child, "exit");
  const ended = exited.then(() => Promise.reject(new Error(`${name} ended. Is @duckdb/node-api installed?`)));
  ended.catch(() => undefined);
  const run = async (statement: string): Promise<StatementDone> => {
    child.send(statement);
    const [answer] = (await Promise.race([once(child, "message"), ended])) as [Answer];
    if ("error" in answer) throw new Error(`${name}: ${answer.error}`);
    return answer;
  };
  await run(createEnum);
  await run(createTable);
  return {
    name,
    async importFile(file, version, records) {
      const source = `read_csv(${quoted(file)}, ${readOptions})`;
      const done = await run(`insert or replace into ${tableName} select *, ${version} from ${source}`);
      requireRecords(name, done.rows, records);
      return done;
    },
    async exportFile(afterVersion, records) {
      const target = quoted(path.join(folder, "export.csv"));
      const done = await run(`copy (${changedRecords(afterVersion)}) to ${target} (format csv, header)`);
      requireRecords(name, done.rows, records);
      return done;
    },
    async stop() {
      child.disconnect();
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
