import path from "node:path";
import { readFileIfAny } from "../readFileIfAny.ts";

export interface QueueLimits {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a message stays hidden after a failed attempt. */
  readonly retryDelayMs: number;
  readonly pollingIntervalMsMax: number;
  readonly messageEncoding: "base64" | "none";
}

export interface HostSettings {
  readonly routePrefix: string;
  /** After this an invocation ends with its worker; undefined when it may take for ever. */
  readonly functionTimeoutMs: number | undefined;
  readonly queues: QueueLimits;
}

interface HostJson {
  readonly functionTimeout?: string;
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly queues?: {
      readonly batchSize?: number;
      readonly newBatchThreshold?: number;
      readonly maxDequeueCount?: number;
      readonly visibilityTimeout?: string;
      readonly maxPollingInterval?: string;
      readonly messageEncoding?: string;
    };
  };
}

const batchSizeMax = 32;

/** Reads host.json, with the host's own defaults where it is silent. */
export async function readHostSettings(appRoot: string): Promise<HostSettings> {
  const file = path.join(appRoot, "host.json");
  const json: HostJson = (await readJsonFile<HostJson>(file)) ?? {};
  const queues = json.extensions?.queues ?? {};
  const batchSize = queues.batchSize ?? 16;
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= batchSizeMax)) {
    throw new Error(`host.json: extensions.queues.batchSize is ${batchSize}; it must be 1 to ${batchSizeMax}.`);
  }
  const encoding = queues.messageEncoding ?? "base64";
  if (encoding !== "base64" && encoding !== "none") {
    throw new Error(`host.json: extensions.queues.messageEncoding is "${encoding}"; it must be "base64" or "none".`);
  }
  return {
    functionTimeoutMs: readTimeout(json.functionTimeout ?? "00:30:00"),
    routePrefix: json.extensions?.http?.routePrefix ?? "api",
    queues: {
      batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(batchSize / 2),
      maxDequeueCount: queues.maxDequeueCount ?? 5,
      retryDelayMs: readTimeSpan(queues.visibilityTimeout ?? "00:00:00", "extensions.queues.visibilityTimeout"),
      pollingIntervalMsMax: readTimeSpan(
        queues.maxPollingInterval ?? "00:01:00",
        "extensions.queues.maxPollingInterval",
      ),
      messageEncoding: encoding,
    },
  };
}

function readTimeout(text: string): number | undefined {
  return text === "-1" ? undefined : readTimeSpan(text, "functionTimeout");
}

function readTimeSpan(text: string, name: string): number {
  const match = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text);
  if (match === null) throw new Error(`host.json: ${name} is "${text}"; write it as "00:00:10".`);
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** The `Values` of local.settings.json; empty when there is no such file. */
export async function readLocalSettings(appRoot: string): Promise<Readonly<Record<string, string>>> {
  const json = await readJsonFile<{ readonly Values?: Record<string, unknown>; readonly IsEncrypted?: boolean }>(
    path.join(appRoot, "local.settings.json"),
  );
  if (json?.IsEncrypted === true) {
    throw new Error("local.settings.json is encrypted, which only Core Tools can read. Decrypt it or take it away.");
  }
  return Object.fromEntries(Object.entries(json?.Values ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Replaces each `%NAME%` by the app setting; a setting that is not there is an error, as in the host. */
export function resolveSettings(text: string): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new Error(`"${whole}" asks for the app setting ${name}, which is not set.`);
    return value;
  });
}

async function readJsonFile<T>(file: string): Promise<T | undefined> {
  const text = await readFileIfAny(file);
  if (text === undefined) return undefined;
  try {
    const json: T = JSON.parse(text);
    return json;
  } catch (error) {
    throw new Error(`${file} is no JSON: ${String(error)}.`, { cause: error });
  }
}
