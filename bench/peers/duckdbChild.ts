// DuckDB in a process of its own, so that CPU time and memory are its alone. Started by duckdb.ts, which sends statements over
// the IPC channel and ends it by closing that.
import { DuckDBInstance } from "@duckdb/node-api";
import type { Cost } from "../cost.ts";
import { forgetPeak, readPeakMegabytes } from "../peakMemory.ts";

export interface StatementDone extends Cost {
  readonly rows: number;
}

export interface StatementFailed {
  readonly error: string;
}

const [databaseFile = ":memory:"] = process.argv.slice(2);
const database = await DuckDBInstance.create(databaseFile, { threads: "1" });
const connection = await database.connect();

async function run(statement: string): Promise<StatementDone> {
  await forgetPeak(process.pid);
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const { rowsChanged } = await connection.run(statement);
  const { user, system } = process.cpuUsage(cpu);
  return {
    rows: rowsChanged,
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: (performance.now() - startedAt) / 1000,
    peakMegabytes: (await readPeakMegabytes(process.pid)) ?? process.resourceUsage().maxRSS / 1024,
  };
}

process.on("message", (statement: string) => {
  const failed = (error: unknown): StatementFailed => ({ error: String(error) });
  void run(statement)
    .catch(failed)
    .then((answer) => process.send?.(answer));
});
process.once("disconnect", () => process.exit());
