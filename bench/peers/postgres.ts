import { on } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Cost } from "../cost.ts";
import { forgetPeak, readPeakMegabytes } from "../peakMemory.ts";
import { type Peer, requireRecords } from "./peer.ts";
import { findPostgres, startServer, type PostgresServer } from "./postgresServer.ts";
import { familyCpuSeconds } from "./processTimes.ts";
import {
  changedRecords,
  columns,
  createEnum,
  createTable,
  keyColumns,
  quoted,
  tableName,
  versionColumn,
} from "./sqlTable.ts";

const names = columns.map(({ name }) => name);
const replaced = [...names.filter((name) => !keyColumns.includes(name)), versionColumn];
const taken = replaced.map((name) => `${name} = excluded.${name}`).join(", ");
const staging = `create unlogged table staged as select ${names.join(", ")} from ${tableName} with no data`;

/** PostgreSQL with the settings that it comes with; undefined where there is none. */
export async function startPostgres(): Promise<Peer | undefined> {
  const programs = process.platform === "linux" ? findPostgres() : undefined;
  if (programs === undefined) return undefined;
  const name = "PostgreSQL";
  const server = await startServer(programs);
  const answers = linesOf(server);
  const ask = (statements: readonly string[]): Promise<string[]> => answersTo(server, answers, statements);
  await ask([createEnum, createTable, staging]);
  const [, , pid = ""] = await ask(["select pg_backend_pid()"]);
  const measure = async (statements: readonly string[], records: number): Promise<Cost> => {
    await forgetPeak(Number(pid));
    const [startedAt, cpuSeconds] = [performance.now(), familyCpuSeconds(server.pid)];
    const done = (await ask(statements)).at(-1);
    requireRecords(name, Number(done?.split(" ").at(-1)), records);
    return {
      cpuSeconds: familyCpuSeconds(server.pid) - cpuSeconds,
      wallSeconds: (performance.now() - startedAt) / 1000,
      peakMegabytes: (await readPeakMegabytes(Number(pid))) ?? 0,
    };
  };
  return {
    name,
    importFile: (file, version, records) => measure(importing(file, version), records),
    exportFile(afterVersion, records) {
      const target = quoted(path.join(server.folder, "export.csv"));
      return measure([`copy (${changedRecords(afterVersion)}) to ${target} (format csv, header)`], records);
    },
    stop: () => server.stop(),
  };
}

function importing(file: string, version: number): readonly string[] {
  return [
    "truncate staged",
    `copy staged from ${quoted(file)} (format csv, header)`,
    `insert into ${tableName} select *, ${version} from staged on conflict (${keyColumns.join(", ")}) do update set ${taken}`,
  ];
}

type Lines = AsyncIterator<[string]>;

function linesOf({ client }: PostgresServer): Lines {
  const { stdout } = client;
  if (!stdout) throw new Error("psql has no output.");
  return on(createInterface(stdout), "line", { close: ["close"] }) as Lines;
}

const end = "-- end of answer";

/** The lines that psql prints; a failed statement ends it, with its reason on stderr. */
async function answersTo({ client }: PostgresServer, lines: Lines, statements: readonly string[]): Promise<string[]> {
  client.stdin?.write(`${statements.map((statement) => `${statement};\n`).join("")}\\echo '${end}'\n`);
  const answers: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("psql ended; its reason stands above.");
    const [line] = value;
    if (line === end) return answers;
    answers.push(line);
  }
}
