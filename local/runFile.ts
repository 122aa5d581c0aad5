import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { readJsonIfAny } from "./readFileIfAny.ts";

/** Where a running service is found by the other commands. */
export interface RunFacts {
  readonly pid: number;
  readonly baseUrl: string;
  readonly issuerUrl: string;
  readonly tenantId: string;
  /** In PEM, where the service has one of its own. */
  readonly certificate?: string | undefined;
}

export async function writeRunFile(file: string, facts: RunFacts): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(facts, undefined, 2));
}

/** Undefined when nothing runs: no file, or one that a killed run left behind. */
export async function findRunning(file: string): Promise<RunFacts | undefined> {
  const facts = await readJsonIfAny<RunFacts>(file);
  return facts && isAlive(facts.pid) ? facts : undefined;
}

/** Removes the file, unless another run has written it since. */
export async function removeRunFile(file: string): Promise<void> {
  if ((await findRunning(file))?.pid === process.pid) await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
