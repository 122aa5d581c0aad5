import { once } from "node:events";
import { createServer, request as startRequest, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStreamTarget, forwardStream, isChunked, type StreamTarget } from "../../../local/host/streamForward.ts";

// An app that closes each kept connection at the moment at which the second request comes on it.

let app: Server;
let front: SocketServer;
let host: Server;
let target: StreamTarget;
let taken: number;
let hasBegun: boolean;

beforeEach(async () => {
  [taken, hasBegun] = [0, false];
  app = createServer((request, response) => {
    taken += 1;
    void text(request).then((body) => response.end([request.headers["x-ms-invocation-id"], body].join(":")));
  });
  front = closingAfterOne(await listen(app));
  const appPort = await listen(front);
  target = createStreamTarget(`http://127.0.0.1:${appPort}/`);
  host = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const body = isChunked(request) ? new Uint8Array(0) : Buffer.from(await text(request));
      const invocationId = String(request.headers["x-id"]);
      const began = (): Promise<boolean> => Promise.resolve(hasBegun);
      const forwarded = { request, response, invocationId, protocol: "http", body, bodyBytesMax: 1e6 } as const;
      await forwardStream(target, { ...forwarded, hasBegun: began }).done;
    };
    respond().catch(() => response.writeHead(500).end("failed"));
  });
  await listen(host);
});

afterEach(() => {
  target.agent.destroy();
  for (const server of [app, front, host]) server.close();
});

function closingAfterOne(port: number): SocketServer {
  return createSocketServer((near) => {
    const far = connect(port, "127.0.0.1");
    let isAnswered = false;
    far.on("data", (bytes) => {
      isAnswered = true;
      near.write(bytes);
    });
    near.on("data", (bytes) => (isAnswered ? near.resetAndDestroy() : far.write(bytes)));
    near.on("error", () => undefined).on("close", () => far.destroy());
  });
}

async function listen(server: SocketServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function send(id: string, chunks: readonly string[], length?: number): Promise<string> {
  const framing = length === undefined ? { "transfer-encoding": "chunked" } : { "content-length": length };
  const { port } = host.address() as AddressInfo;
  const upload = startRequest({ port, method: "POST", headers: { ...framing, "x-id": id }, agent: false });
  const answered = once(upload, "response");
  for (const chunk of chunks) await new Promise((resolve) => upload.write(chunk, resolve));
  upload.end();
  return text((await answered)[0]);
}

describe("a request that meets a stale connection to the app", () => {
  for (const [framing, length] of [
    ["chunks", undefined],
    ["a length", 10],
  ] as const) {
    test(`goes out again whole, with ${framing}`, async () => {
      expect(await send("first", ["1"], 1)).toBe("first:1");

      expect(await send("second", ["01234", "56789"], length)).toBe("second:0123456789");
      expect(taken).toBe(2);
    });
  }

  test("does not go out again once the app has begun with it", async () => {
    await send("first", ["1"], 1);
    hasBegun = true;

    expect(await send("second", ["0123456789"], 10)).toBe("failed");
    expect(taken).toBe(1);
  });
});
