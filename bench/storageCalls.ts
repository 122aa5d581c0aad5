import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { type Azurite, type AzuritePorts, startAzurite } from "../local/azurite.ts";

/** As Azure Storage writes them on a bill; rows of one transaction count one by one. */
export const priced = ["blob writes", "blob lists", "blob reads and others", "table rows", "queue calls"] as const;

export type Calls = Readonly<Record<(typeof priced)[number], number>>;

/** An Azurite that counts what is asked of it under `connectionString`. */
export interface CountedStorage {
  readonly connectionString: string;
  /** The same storage, for who must not be counted. */
  readonly direct: string;
  calls(): Calls;
  stop(): Promise<void>;
}

export async function startCountedStorage(): Promise<CountedStorage> {
  const azurite = await startAzurite();
  const counts = new Map<string, number>();
  const count = (kind: string, calls: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + calls);
  const servers = await Promise.all(
    (["blob", "queue", "table"] as const).map((service) => listenBefore(azurite.ports, service, count)),
  );
  const connectionString = servers.reduce(
    (text, { from, to }) => text.replace(`:${from}/`, `:${to}/`),
    azurite.connectionString,
  );
  return {
    connectionString,
    direct: azurite.connectionString,
    calls: () => Object.fromEntries(priced.map((kind) => [kind, counts.get(kind) ?? 0])) as Calls,
    stop: () =>
      stop(
        azurite,
        servers.map(({ server }) => server),
      ),
  };
}

export function callsBetween(before: Calls, after: Calls): Calls {
  return Object.fromEntries(priced.map((kind) => [kind, after[kind] - before[kind]])) as Calls;
}

async function stop(azurite: Azurite, servers: readonly Server[]): Promise<void> {
  for (const server of servers) server.close().closeAllConnections();
  await azurite.stop();
}

type Service = keyof AzuritePorts;
type Count = (kind: string, calls: number) => void;

async function listenBefore(ports: AzuritePorts, service: Service, count: Count) {
  const from = ports[service];
  const server = createServer((incoming, response) => {
    void pass(from, service, incoming, response, count).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, from, to: (server.address() as AddressInfo).port };
}

async function pass(port: number, service: Service, incoming: IncomingMessage, response: ServerResponse, count: Count) {
  const { method, url = "/", rawHeaders } = incoming;
  const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers: rawHeaders, agent: false });
  const answering = new Promise<IncomingMessage>(
    (resolve, reject) => void outgoing.once("response", resolve).once("error", reject),
  );
  answering.catch(() => undefined);
  if (service === "table" && url.includes("$batch")) {
    const body = Buffer.concat(await incoming.toArray());
    count("table rows", rowsIn(body.toString("latin1")));
    outgoing.end(body);
  } else {
    count(kindOf(service, method ?? "GET", new URL(url, "http://local").searchParams), 1);
    await pipeline(incoming, outgoing);
  }
  const answer = await answering;
  response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  await pipeline(answer, response);
}

function rowsIn(batch: string): number {
  return batch.match(/^(?:POST|PUT|PATCH|MERGE|DELETE|GET) http/gm)?.length ?? 1;
}

function kindOf(service: Service, method: string, query: URLSearchParams): string {
  if (service === "table") return "table rows";
  if (service === "queue") return "queue calls";
  if (method === "DELETE") return "blob deletes, which are free";
  const operation = query.get("comp");
  if (operation === "list" || (method === "PUT" && query.has("restype"))) return "blob lists";
  const isWrite = method === "PUT" && [null, "block", "blocklist", "copy"].includes(operation);
  return isWrite ? "blob writes" : "blob reads and others";
}
