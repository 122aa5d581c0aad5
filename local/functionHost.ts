import { QueueClient } from "@azure/storage-queue";
import type { HeldPort } from "./freePort.ts";
import type { Binding, HostedFunction, HostLog } from "./host/coreTypes.ts";
import { startHostedApp, type HostedApp } from "./host/hostedApp.ts";
import { startHttpListener, type Beside } from "./host/httpListener.ts";
import { startQueueListener, type QueueListener } from "./host/queueListener.ts";
import type { Route } from "./host/routeMatching.ts";
import { readHostSettings, readLocalSettings, resolveSettings, type QueueLimits } from "./host/settings.ts";
import { startTimerListener, type TimerListener } from "./host/timerListener.ts";
import type { Worker } from "./host/worker.ts";

export interface FunctionHostOptions {
  /** Where package.json, host.json and the build are. */
  readonly appRoot: string;
  /** App settings of this run; they win over the environment, and that over local.settings.json. */
  readonly settings: Readonly<Record<string, string>>;
  /** App settings for what neither the environment nor local.settings.json says. */
  readonly defaultSettings?: Readonly<Record<string, string>>;
  /** 0 takes any free port; one that is held is let go at the moment of listening. */
  readonly port: number | HeldPort;
  readonly hostname?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Keeps the timers' due times between starts. */
  readonly statusFolder?: string;
  /** Ten minutes in Azure; shorter here, so that a killed run's message comes back soon. */
  readonly queueVisibilityMs?: number;
  /** Answers requests below the same origin that are not the app's. */
  readonly beside?: Beside;
  /** In PEM: what the app trusts beside the usual authorities. */
  readonly certificates?: readonly string[];
  readonly log: HostLog;
}

export interface FunctionHost {
  readonly port: number;
  readonly baseUrl: string;
  readonly routes: readonly Route[];
  readonly timers: readonly { readonly functionName: string; readonly schedule: string }[];
  /** Rejects when the app has no worker any more, because one after the other ended soon after its start. */
  readonly lost: Promise<never>;
  /** The process that the app is in. */
  worker(): Promise<Worker>;
  /** Stops the listeners, waits for running invocations (bounded), and runs the appTerminate hooks. */
  stop(): Promise<void>;
}

const bodyBytesMaxDefault = 100 * 1024 * 1024;
const queueVisibilityMsDefault = 30_000;
const queueIdleMsMax = 1_000;
const stopWaitMs = 20_000;
const triggerTypes = ["httpTrigger", "queueTrigger", "timerTrigger"];

/**
 * Loads the built app and serves its HTTP, queue and timer functions as the Azure host does. Refuses an app with a
 * trigger, binding or retry policy that this host does not have, rather than leave it out.
 */
export async function startFunctionHost(options: FunctionHostOptions): Promise<FunctionHost> {
  applySettings(options, await readLocalSettings(options.appRoot));
  const settings = await readHostSettings(options.appRoot);
  await using stack = new AsyncDisposableStack();
  const app = await startHostedApp({
    appRoot: options.appRoot,
    certificates: options.certificates ?? [],
    timeoutMs: settings.functionTimeoutMs,
    log: options.log,
  });
  stack.defer(() => app.stop(stopWaitMs));
  app.functions.forEach(refuseUnknown);
  const http = await startHttpListener(app, {
    port: options.port,
    hostname: options.hostname ?? "127.0.0.1",
    tls: options.tls,
    routePrefix: settings.routePrefix,
    bodyBytesMax: Number(process.env["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] ?? bodyBytesMaxDefault),
    beside: options.beside,
    log: options.log,
  });
  const queues = await startQueues(app, settings.queues, options);
  const timers = await startTimers(app, options);
  stack.defer(async () => {
    for (const timer of timers) timer.stop();
    await Promise.all([http.stop(stopWaitMs), ...queues.map((queue) => queue.stop(stopWaitMs))]);
  });
  const running = stack.move();
  return {
    port: http.port,
    baseUrl: `${options.tls === undefined ? "http" : "https"}://localhost:${http.port}`,
    routes: http.routes,
    timers,
    lost: app.lost,
    worker: () => app.worker(),
    stop: () => running.disposeAsync(),
  };
}

function applySettings(options: FunctionHostOptions, local: Readonly<Record<string, string>>): void {
  const weaker = { ...options.defaultSettings, ...local };
  for (const [name, value] of Object.entries(weaker)) process.env[name] ??= value;
  Object.assign(process.env, options.settings);
}

function refuseUnknown({ metadata }: HostedFunction): void {
  const bindings = Object.entries(metadata.bindings);
  const refuse = (what: string): never => {
    throw new Error(`The function "${metadata.name}" has ${what}, which this local host does not know.`);
  };
  const triggers = bindings.filter(([, { type }]) => type.endsWith("Trigger"));
  const [trigger] = triggers;
  if (trigger === undefined || triggers.length > 1) return refuse(`${triggers.length} triggers`);
  if (!triggerTypes.includes(trigger[1].type)) return refuse(`the trigger type "${trigger[1].type}"`);
  for (const [name, { type, direction }] of bindings) {
    const isReturn = name === "$return" && type === "http" && trigger[1].type === "httpTrigger";
    if (name !== trigger[0] && !isReturn) return refuse(`the ${direction}put binding "${type}"`);
  }
  if (metadata.retryOptions !== undefined) return refuse("a retry policy");
  return undefined;
}

async function startQueues(
  app: HostedApp,
  limits: QueueLimits,
  options: FunctionHostOptions,
): Promise<QueueListener[]> {
  return Promise.all(
    withTrigger(app, "queueTrigger").map(([target, trigger]) => {
      const queueName = resolveSettings(trigger.queueName ?? "");
      const connection = readConnection(trigger.connection ?? "", target);
      return startQueueListener(app, target, {
        queue: new QueueClient(connection, queueName),
        poison: new QueueClient(connection, `${queueName}-poison`),
        limits,
        visibilityMs: options.queueVisibilityMs ?? queueVisibilityMsDefault,
        idleMsMax: Math.min(queueIdleMsMax, limits.pollingIntervalMsMax),
        log: options.log,
      });
    }),
  );
}

function startTimers(app: HostedApp, { statusFolder, log }: FunctionHostOptions): Promise<TimerListener[]> {
  const targets = withTrigger(app, "timerTrigger").map(([target]) => target);
  return Promise.all(targets.map((target) => startTimerListener(app, target, { statusFolder, log })));
}

function withTrigger(app: HostedApp, type: string): [HostedFunction, Binding][] {
  return app.functions.flatMap((target) => {
    const trigger = Object.values(target.metadata.bindings).find((binding) => binding.type === type);
    return trigger === undefined ? [] : [[target, trigger]];
  });
}

/** The host looks for the setting under its name and under `AzureWebJobs` and its name; no name is the host's own. */
function readConnection(name: string, { metadata }: HostedFunction): string {
  const setting = name === "" ? "AzureWebJobsStorage" : name;
  const value = process.env[setting] ?? process.env[`AzureWebJobs${setting}`];
  if (value !== undefined) return value;
  throw new Error(
    `The queue function "${metadata.name}" needs the connection string in the setting ${setting}. ` +
      "(An identity-based connection works in Azure only.)",
  );
}
