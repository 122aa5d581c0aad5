// The worker: a process with the app in it, which the host starts, asks and ends. It ends with its host, however that ends.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { HostLog } from "./coreTypes.ts";
import { loadFunctionApp, type Call, type LoadedApp } from "./functionApp.ts";
import type { HostMessage, WorkerMessage } from "./workerMessages.ts";

let app: LoadedApp | undefined;
const notBegun = new Set<string>();

/** What is said in one turn goes together: a message from process to process costs more than what most of them say. */
const unsaid: WorkerMessage[] = [];
const say = (message: WorkerMessage): void => {
  if (unsaid.length === 0) setImmediate(sayAll);
  unsaid.push(message);
};
const sayAll = (): void => {
  const messages = unsaid.splice(0);
  if (messages.length > 0 && process.connected) process.send?.(messages);
};
process.once("exit", sayAll);
const log: HostLog = (level, category, message) => say({ kind: "log", level, category, message });

// Ctrl-C in a terminal goes to all its processes: the host alone decides when this one ends.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
process.once("disconnect", () => process.exit());
process.on("message", (message: HostMessage) => void take(message));

async function take(message: HostMessage): Promise<void> {
  switch (message.kind) {
    case "load":
      return load(message.appRoot, message.certificates);
    case "invoke":
      return invoke(message.id, message.name, message.call);
    case "askBegun":
      return say({ kind: "begun", id: message.id, isBegun: !notBegun.has(message.id) });
    case "askUsage":
      return say({ kind: "usage", usage: process.resourceUsage() });
    case "terminate":
      await app?.terminate();
      // The app's stream proxy listens as long as the process lives.
      process.exit(0);
  }
}

async function load(appRoot: string, certificates: readonly string[]): Promise<void> {
  try {
    if (certificates.length > 0) setDefaultCACertificates([...getCACertificates("default"), ...certificates]);
    app = await loadFunctionApp(appRoot, log);
    const functions = app.functions.map(({ metadata }) => metadata);
    say({ kind: "loaded", functions, streamUri: app.streamUri });
  } catch (error) {
    say({ kind: "notLoaded", error: toPlainError(error) });
  }
}

async function invoke(id: string, name: string, call: Call): Promise<void> {
  notBegun.add(id);
  try {
    const target = app?.functions.find(({ metadata }) => metadata.name === name);
    if (app === undefined || target === undefined) throw new Error(`There is no function "${name}" in this worker.`);
    say({ kind: "returned", id, response: await app.invoke(target, call, () => notBegun.delete(id)) });
  } catch (error) {
    say({ kind: "threw", id, error: toPlainError(error) });
  } finally {
    notBegun.delete(id);
  }
}

/** With nothing in it that could not go from process to process. */
function toPlainError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const plain = new Error(error.message);
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}
