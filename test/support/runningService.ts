import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { type Client, connect } from "../../local/demo/http.ts";
import { clientApplication, managementApplication, unlistedApplication } from "../../local/issuer/applications.ts";

export interface RunningService {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly connectionString: string;
  readonly process: ChildProcess;
  /** On the demo jobs' lists, on none, and with the management roles. */
  readonly client: Client;
  readonly stranger: Client;
  readonly manager: Client;
  stop(): Promise<void>;
}

interface Options {
  readonly settings?: Readonly<Record<string, string>>;
  /** Keeps the data, for a service that is started again. */
  readonly dataFolder?: string;
}

/** Starts the built app with real storage, real tokens and real HTTP, for the tests of one file. */
export async function startService({ settings = {}, dataFolder }: Options = {}): Promise<RunningService> {
  const script = path.join(import.meta.dirname, "serviceChild.ts");
  const args = [script, JSON.stringify(settings), ...(dataFolder ? [dataFolder] : [])];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await Promise.race([once(createInterface(child.stdout!), "line"), exited])) as [unknown];
  if (typeof line !== "string") throw new Error("The service ended before it was up; its output says why.");
  const facts: { baseUrl: string; tokenUrl: string; connectionString: string } = JSON.parse(line);
  const as = ({ clientId, secret }: typeof clientApplication): Promise<Client> =>
    connect({ ...facts, clientId, secret });
  const [client, stranger, manager] = await Promise.all([
    as(clientApplication),
    as(unlistedApplication),
    as(managementApplication),
  ]);
  return {
    ...facts,
    process: child,
    client,
    stranger,
    manager,
    async stop() {
      child.stdin!.end();
      await exited;
    },
  };
}

const waitMsMax = 60_000;
const pollMs = 100;

/** Looks until there is something; a wait for a condition of the running service, never for time to pass. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + waitMsMax;
  while (Date.now() < until) {
    const found = await look();
    if (found !== undefined) return found;
    await setTimeout(pollMs);
  }
  throw new Error(`Waited in vain for ${what}.`);
}
