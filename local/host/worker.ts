import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { HostedFunction, HostLog, InvocationResponse } from "./coreTypes.ts";
import type { Call } from "./functionApp.ts";
import { scriptBeside } from "../scriptBeside.ts";
import { createStreamTarget, type StreamTarget } from "./streamForward.ts";
import type { HostMessage, WorkerMessage } from "./workerMessages.ts";

/** A process with the app in it. */
export interface Worker {
  readonly pid: number;
  readonly functions: readonly HostedFunction[];
  /** Where the app takes the raw requests of streaming calls; undefined when it does not stream. */
  readonly stream: StreamTarget | undefined;
  /** Runs one invocation; throws what the handler threw, and how the process ended when that came first. */
  invoke(target: HostedFunction, call: Call): Promise<InvocationResponse>;
  /** Whether the app has the input of this invocation. True also when that cannot be told any more. */
  hasBegun(invocationId: string): Promise<boolean>;
  usage(): Promise<NodeJS.ResourceUsage>;
  /** False from the end of the process on. */
  isThere(): boolean;
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  /** Lets the app's appTerminate hooks run and resolves at the end of the process, which is killed after the time given. */
  stop(waitMs: number): Promise<void>;
  /** Ends the process with all that runs in it. */
  kill(): void;
}

export interface WorkerOptions {
  readonly appRoot: string;
  /** In PEM: what the app trusts beside the usual authorities. */
  readonly certificates: readonly string[];
  readonly log: HostLog;
}

const errorCharactersMax = 4_000;

/** Starts a process and loads the app into it; throws what the app threw while it was loaded. */
export async function startWorker({ appRoot, certificates, log }: WorkerOptions): Promise<Worker> {
  const child = fork(scriptBeside(import.meta, "workerChild"), {
    // Node's limits of the heap are meant for the app.
    execArgv: process.execArgv.filter((option) => /^--(?:max-|cpu-prof)/.test(option)),
    serialization: "advanced",
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  const ended = watchEnd(child, passOnErrors(child));
  const line = openLine(child, ended, log);
  const { functions, streamUri } = await load(child, line, { kind: "load", appRoot, certificates });
  const stream = streamUri === undefined ? undefined : createStreamTarget(streamUri);
  void ended.then(() => stream?.agent.destroy());
  return {
    pid: child.pid ?? 0,
    functions: functions.map((metadata) => ({ metadata })),
    stream,
    ended,
    isThere: () => child.connected,
    async invoke({ metadata: { name } }, call) {
      const id = call.invocationId ?? randomUUID();
      const answer = await line.ask({ kind: "invoke", id, name, call: { ...call, invocationId: id } }, id);
      if (answer.kind === "threw") throw answer.error;
      return answer.kind === "returned" ? answer.response : {};
    },
    async hasBegun(id) {
      const answer = await line.ask({ kind: "askBegun", id }, `begun ${id}`).catch(() => undefined);
      return answer?.kind !== "begun" || answer.isBegun;
    },
    async usage() {
      const answer = await line.ask({ kind: "askUsage" }, "usage");
      return answer.kind === "usage" ? answer.usage : process.resourceUsage();
    },
    async stop(waitMs) {
      const cut = setTimeout(() => child.kill("SIGKILL"), waitMs);
      line.send({ kind: "terminate" });
      await ended;
      clearTimeout(cut);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

type Loaded = Extract<WorkerMessage, { kind: "loaded" }>;

async function load(child: ChildProcess, line: Line, message: HostMessage): Promise<Loaded> {
  try {
    const answer = await line.ask(message, "loaded");
    if (answer.kind === "loaded") return answer;
    throw answer.kind === "notLoaded"
      ? answer.error
      : new Error(`The worker said "${answer.kind}" before it was loaded.`);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** Questions to the worker, whose answers come under a key. */
interface Line {
  send(message: HostMessage): void;
  /** Throws when the worker ended before its answer. */
  ask(message: HostMessage, key: string): Promise<WorkerMessage>;
}

function openLine(child: ChildProcess, ended: Promise<string>, log: HostLog): Line {
  const asked = new Map<string, PromiseWithResolvers<WorkerMessage>>();
  child.on("message", (messages: readonly WorkerMessage[]) => {
    for (const message of messages) {
      if (message.kind === "log") log(message.level, message.category, message.message);
      else asked.get(keyOf(message))?.resolve(message);
    }
  });
  void ended.then((how) => {
    for (const question of asked.values()) question.reject(new Error(`The worker ${how}.`));
  });
  const send = (message: HostMessage): void => {
    // What ended just now takes nothing more, and its end is told apart.
    if (child.connected) child.send(message, () => undefined);
  };
  return {
    send,
    async ask(message, key) {
      if (!child.connected) throw new Error(`The worker ${await ended}.`);
      const question = Promise.withResolvers<WorkerMessage>();
      asked.set(key, question);
      send(message);
      try {
        return await question.promise;
      } finally {
        asked.delete(key);
      }
    },
  };
}

function keyOf(message: Exclude<WorkerMessage, { kind: "log" }>): string {
  switch (message.kind) {
    case "returned":
    case "threw":
      return message.id;
    case "begun":
      return `begun ${message.id}`;
    case "notLoaded":
      return "loaded";
    case "loaded":
    case "usage":
      return message.kind;
  }
}

/** What the worker writes to its error output goes on, and the end of it is kept: it tells of a crash. */
function passOnErrors(child: ChildProcess): () => string {
  let kept = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    kept = (kept + text).slice(-errorCharactersMax);
    process.stderr.write(text);
  });
  return () => kept.trim();
}

function watchEnd(child: ChildProcess, errorText: () => string): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => {
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      const text = errorText();
      resolve(text === "" ? how : `${how}, and said last:\n${text}`);
    });
  });
}
