import { link, mkdir, readdir, rename, rm, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { findProcess, isAlive } from "./processFacts.ts";
import { readFileIfAny } from "./readFileIfAny.ts";

/** Where a running service is found by the other commands. */
export interface RunFacts {
  readonly pid: number;
  /** Of the process with that number: a later one with the same number is a stranger. */
  readonly startedAt: string | undefined;
  readonly command: string | undefined;
  readonly baseUrl: string;
  readonly issuerUrl: string;
  readonly tenantId: string;
  /** In PEM, where the service has one of its own. */
  readonly certificate?: string | undefined;
  /** The connection string of its Azurite, whose key every Azurite has, once that runs. */
  readonly storage?: string;
  /** The folder's data are its own as long as it runs; false when it keeps nothing. */
  readonly isFolderHolder: boolean;
}

export interface RunClaim {
  /** `run.json`, or `run-<port>.json` while another service's stands there. */
  readonly file: string;
  /** Whether it is `run.json`, whose service is meant where nothing is said. */
  readonly isMain: boolean;
  /** Writes down where the data are, which is known later than all else. */
  tellStorage(connectionString: string): Promise<void>;
  /** Removes the file, unless it is another's by now. */
  release(): Promise<void>;
}

const mainName = "run.json";
const namePattern = /^run(?:-\d+)?\.json$/;
const triesMax = 10;

/** Writes down where this process' service is. Nobody's file is taken as long as its service runs. */
export async function claimRunFile(
  folder: string,
  service: Omit<RunFacts, "pid" | "startedAt" | "command">,
): Promise<RunClaim> {
  await mkdir(folder, { recursive: true });
  const own = await findProcess(process.pid);
  const facts: RunFacts = { pid: process.pid, startedAt: own?.startedAt, command: own?.command, ...service };
  let text = JSON.stringify(facts, undefined, 2);
  const { port, protocol } = new URL(service.baseUrl);
  const ownName = `run-${port || (protocol === "https:" ? "443" : "80")}.json`;
  const file = (await tryClaim(path.join(folder, mainName), text))
    ? path.join(folder, mainName)
    : path.join(folder, ownName);
  // A service of this port that still ran would hold the port.
  if (path.basename(file) === ownName) await writeFile(file, text);
  return {
    file,
    isMain: path.basename(file) === mainName,
    async tellStorage(storage) {
      if ((await readFileIfAny(file)) !== text) return;
      text = JSON.stringify({ ...facts, storage }, undefined, 2);
      // Whoever looks meanwhile sees the one or the other whole.
      await writeFile(`${file}.${process.pid}`, text);
      await rename(`${file}.${process.pid}`, file);
    },
    async release() {
      if ((await readFileIfAny(file)) === text) await rm(file, { force: true });
    },
  };
}

/** The log of the service that holds the file: no two write one. */
export function toLogFile(runFile: string): string {
  const { dir, name } = path.parse(runFile);
  return path.join(dir, `${name.replace("run", "host")}.log`);
}

/** False when a running service holds the file. */
async function tryClaim(file: string, text: string): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      await writeFile(file, text, { flag: "wx" });
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const found = await readFileIfAny(file);
    if (found !== undefined && (await isRunning(readFacts(found)))) return false;
    if (found !== undefined) await takeAway(file, found);
  }
  return false;
}

/** Removes what was judged, and nothing that somebody wrote in the meantime. */
async function takeAway(file: string, judged: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFileIfAny(aside)) !== judged) await link(aside, file);
    await unlink(aside);
  } catch (error) {
    // Somebody else took it away, or wrote again: the next look decides.
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EEXIST")))
      throw error;
    await rm(aside, { force: true });
  }
}

/** The services of the folder that run now; the one that came first is the first. */
export async function listRunning(folder: string): Promise<readonly RunFacts[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => namePattern.test(name));
  // "run.json" is before "run-…" here, which plain order has the other way round.
  const ordered = names.toSorted((left, right) => left.length - right.length || left.localeCompare(right));
  const found: RunFacts[] = [];
  for (const name of ordered) {
    const facts = readFacts((await readFileIfAny(path.join(folder, name))) ?? "");
    if (facts !== undefined && (await isRunning(facts))) found.push(facts);
  }
  return found;
}

/** Two services on one folder of data would wait for each other; in memory there can be as many as one likes. */
export async function refuseSecondHolder(folder: string): Promise<void> {
  const other = (await listRunning(folder)).find(({ isFolderHolder }) => isFolderHolder);
  if (other === undefined) return;
  throw new Error(
    `a service of this folder runs at ${other.baseUrl} (process ${other.pid}). Stop it, or use npm start with --memory, ` +
      "or with --folder and another one.",
  );
}

/** Undefined when it is cut off, or none of ours. */
function readFacts(text: string): RunFacts | undefined {
  try {
    const facts: RunFacts = JSON.parse(text);
    return Number.isInteger(facts?.pid) && typeof facts.baseUrl === "string" ? facts : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The number of a process that ended goes to another one sooner or later: start and command tell them apart. */
async function isRunning(facts: RunFacts | undefined): Promise<boolean> {
  if (facts === undefined || !isAlive(facts.pid)) return false;
  const now = await findProcess(facts.pid);
  if (now === undefined) return isAlive(facts.pid);
  return now.startedAt === facts.startedAt && now.command === facts.command;
}
