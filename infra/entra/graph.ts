import { setTimeout as wait } from "node:timers/promises";
import type { Directory, DirectoryObject } from "./directory.ts";

const graphUrl = "https://graph.microsoft.com/v1.0";
const triesMax = 8;
const pauseMs = 4000;
const answerMsMax = 60_000;

/** What the directory refused, with the reason in its own words. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`Microsoft Graph answered ${status} ${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

/** How requests are sent and waits are spent: the real ones, unless a test brings its own. */
export interface Means {
  readonly send: (url: string, init: RequestInit) => Promise<Response>;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Microsoft Graph, called with an access token. What was just written may take a while to be seen: it is asked again. */
export function graphDirectory(accessToken: string, means: Means = { send: fetch, pause: wait }): Directory {
  const send = (method: string, path: string, body?: DirectoryObject, more: Record<string, string> = {}) =>
    patiently(means, () => request(means, accessToken, method, path, body, more));
  return {
    find: (path) =>
      patiently(means, async () => {
        try {
          return await request(means, accessToken, "GET", path);
        } catch (error) {
          if (error instanceof GraphError && error.status === 404) return undefined;
          throw error;
        }
      }),
    get: (path) => send("GET", path),
    create: (path, body) => send("POST", path, body),
    async update(path, body) {
      await send("PATCH", path, body);
    },
    async createOrUpdate(path, body) {
      await send("PATCH", path, body, { prefer: "create-if-missing" });
    },
  };
}

async function patiently<T>({ pause }: Means, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof GraphError) || !mayPass(error) || attempt === triesMax) throw error;
      await pause(pauseMs);
    }
  }
}

function mayPass({ status, code }: GraphError): boolean {
  return status === 404 || status === 429 || status >= 500 || code === "NoBackingApplicationObject";
}

async function request(
  means: Means,
  accessToken: string,
  method: string,
  path: string,
  body?: DirectoryObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<DirectoryObject> {
  const response = await means.send(graphUrl + path, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  const text = await response.text();
  if (!response.ok) throw toError(response.status, text);
  return text === "" ? {} : JSON.parse(text);
}

function toError(status: number, text: string): GraphError {
  try {
    const { error }: { readonly error?: { readonly code?: string; readonly message?: string } } = JSON.parse(text);
    return new GraphError(status, error?.code ?? "", error?.message ?? text);
  } catch {
    return new GraphError(status, "", text.slice(0, 500));
  }
}
