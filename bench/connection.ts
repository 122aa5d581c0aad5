import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ClientAddress, fetchToken } from "../local/demo/http.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** A client that costs little itself: kept connections, one token. */
export interface Connection {
  readonly baseUrl: string;
  readonly authorization: string;
  /** Throws when the status is not 2xx. A body of unknown length is sent in chunks, as large clients do. */
  send(method: string, path: string, body?: Uint8Array | AsyncIterable<Uint8Array>): Promise<Reply>;
  close(): void;
}

export async function connect(address: ClientAddress): Promise<Connection> {
  const agent = new Agent({ keepAlive: true });
  const authorization = `Bearer ${await fetchToken(address)}`;
  return {
    baseUrl: address.baseUrl,
    authorization,
    async send(method, path, body) {
      const length = body instanceof Uint8Array ? { "content-length": body.length } : {};
      const call = request(new URL(path, address.baseUrl), { method, agent, headers: { authorization, ...length } });
      const answered = once(call, "response") as Promise<[IncomingMessage]>;
      // What goes wrong while the body is sent shows at the answer.
      answered.catch(() => undefined);
      if (body === undefined || body instanceof Uint8Array) call.end(body);
      else await pipeline(Readable.from(body, { objectMode: false }), call);
      const [response] = await answered;
      const text = Buffer.concat(await response.toArray()).toString("utf8");
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return { status, text };
      throw new Error(`${method} ${path} was answered with ${status}: ${text.slice(0, 500)}`);
    },
    close: () => agent.destroy(),
  };
}
