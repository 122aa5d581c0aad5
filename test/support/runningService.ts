import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { toOpenApi } from "../../shared/http/openApi.ts";
import { apiChecker } from "./apiChecker.ts";
import { type Client, connect, readJson } from "../../local/demo/http.ts";
import type { Route } from "../../local/host/routeMatching.ts";
import { clientApplication, managementApplication, unlistedApplication } from "../../local/issuer/applications.ts";

export interface RunningService {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly connectionString: string;
  /** In PEM, with `https`; this process trusts it. */
  readonly certificate?: string;
  /** The app settings of its host. */
  readonly settings: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
  /** The process that the app was in at the start. */
  readonly workerPid: number;
  /** As the host serves them. */
  readonly routes: readonly Route[];
  /** On the demo jobs' lists, on none, and with the management roles. */
  readonly client: Client;
  readonly stranger: Client;
  readonly manager: Client;
  /** All that the process said so far; empty unless it was asked for. */
  readonly output: () => string;
  /** The most memory that host and worker ever held. */
  readonly peakMemoryBytes: () => Promise<number>;
  /** The process that the app is in now. */
  readonly worker: () => Promise<number>;
  stop(): Promise<void>;
  /** Ends host and worker at once; their Azurite saves what it has and ends by itself. */
  kill(): Promise<void>;
  /** Sends a signal to host and worker, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void;
}

interface Options {
  readonly settings?: Readonly<Record<string, string>>;
  /** Keeps the data, for a service that is started again. */
  readonly dataFolder?: string;
  /** Where another build than this checkout's stands, as `npm run package` lays it out. */
  readonly appRoot?: string;
  /** With a certificate of its own. */
  readonly https?: boolean;
  /** Keeps all output, at debug level, for `output`. Without it warnings and errors appear among the tests' own. */
  readonly keepsOutput?: boolean;
}

type Facts = Pick<
  RunningService,
  "baseUrl" | "tokenUrl" | "connectionString" | "settings" | "workerPid" | "routes" | "certificate"
>;

/** A process that serves the app. */
export type RunningHost = Pick<RunningService, "baseUrl" | "process" | "output" | "stop" | "kill" | "signal">;

/** Starts one more host on the storage of a service that outlives it; asks that service for nothing. */
export async function startHostBeside(service: RunningService, options: Options = {}): Promise<RunningHost> {
  const { baseUrl, tokenUrl, connectionString, settings, workerPid, routes } = service;
  const beside: Facts = { baseUrl, tokenUrl, connectionString, settings, workerPid, routes };
  const { facts, ...host } = await startProcess(options, beside);
  return { ...host, baseUrl: facts.baseUrl };
}

/** Starts the built app with real storage, real tokens and real HTTP, for the tests of one file. */
export async function startService(options: Options = {}): Promise<RunningService> {
  const { facts, lines, ...host } = await startProcess(options);
  const as = async ({ clientId, secret }: typeof clientApplication): Promise<Client> => {
    const speaker = await connect({ ...facts, clientId, secret });
    // Another build has another document.
    return options.appRoot === undefined ? checked(speaker) : speaker;
  };
  const [client, stranger, manager] = await Promise.all([
    as(clientApplication),
    as(unlistedApplication),
    as(managementApplication),
  ]);
  return {
    ...facts,
    ...host,
    client,
    stranger,
    manager,
    peakMemoryBytes: () => ask(host.process.stdin, lines, "memory", /^\{"peakMemoryBytes":(\d+)\}$/),
    worker: () => ask(host.process.stdin, lines, "worker", /^\{"workerPid":(\d+)\}$/),
  };
}

async function ask(input: Writable, lines: Interface, question: string, pattern: RegExp): Promise<number> {
  input.write(`${question}\n`);
  for await (const [answer] of on(lines, "line")) {
    const found = pattern.exec(String(answer))?.[1];
    if (found !== undefined) return Number(found);
  }
  throw new Error(`The service ended before it answered the question for its ${question}.`);
}

const checker = apiChecker(JSON.parse(JSON.stringify(toOpenApi("https://address.invalid"))));

/** Throws at an answer of the API that its OpenAPI document does not declare. */
function checked(speaker: Client): Client {
  return {
    async send(method, address, options) {
      const response = await speaker.send(method, address, options);
      const { pathname } = new URL(response.url);
      // HEAD is not described apart, and what no route takes not at all.
      if (method !== "HEAD" && checker.describes(method, pathname)) await checker.check(method, pathname, response);
      return response;
    },
  };
}

async function startProcess(options: Options, beside?: Facts) {
  const { child, lines, output } = launch(options, beside);
  const exited = once(child, "exit");
  const [line] = (await Promise.race([once(lines, "line"), exited])) as [unknown];
  if (typeof line !== "string") throw new Error("The service ended before it was up; its output says why.");
  const facts: Facts = JSON.parse(line);
  if (facts.certificate) setDefaultCACertificates([...getCACertificates("default"), facts.certificate]);
  const signal = (name: NodeJS.Signals): void => {
    child.kill(name);
    try {
      process.kill(facts.workerPid, name);
    } catch (error) {
      // It ends with its host.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
  return {
    facts,
    lines,
    output,
    process: child,
    async stop(): Promise<void> {
      child.stdin.end();
      await exited;
    },
    async kill(): Promise<void> {
      signal("SIGKILL");
      await exited;
    },
    signal,
  };
}

function launch({ settings = {}, dataFolder, appRoot, https, keepsOutput = false }: Options, beside?: Facts) {
  const script = path.join(import.meta.dirname, "serviceChild.ts");
  const args = [script, JSON.stringify({ settings, dataFolder, appRoot, https, beside })];
  const env = { ...process.env, ...(keepsOutput && { SERVICE_LOG: "debug" }) };
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"], env });
  const kept: string[] = [];
  const keep = (text: string): void => void kept.push(text);
  if (keepsOutput) {
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
  } else child.stderr.pipe(process.stderr, { end: false });
  return { child, lines: createInterface({ input: child.stdout }), output: () => kept.join("") };
}

/** The Authorization header of one application, for requests that no client library sends. */
export async function fetchAuthorization(
  { baseUrl, tokenUrl }: Pick<RunningService, "baseUrl" | "tokenUrl">,
  { clientId, secret }: typeof clientApplication = clientApplication,
): Promise<string> {
  const names = { client_id: clientId, client_secret: secret, scope: `${baseUrl}/.default` };
  const form = new URLSearchParams({ grant_type: "client_credentials", ...names });
  const answer = await fetch(tokenUrl, { method: "POST", body: form });
  const { access_token: token } = await readJson<{ readonly access_token: string }>(answer);
  return `Bearer ${token}`;
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
