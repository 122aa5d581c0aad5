import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rawBody } from "../../shared/http/rawBody.ts";

let server: Server;
let client: Socket;

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  client = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => undefined);
});

afterEach(() => {
  client.destroy();
  server.close();
});

async function send(framing: string, body: string): Promise<IncomingMessage> {
  client.write(`POST / HTTP/1.1\r\nHost: host\r\n${framing}\r\n\r\n${body}`);
  const [request]: IncomingMessage[] = await once(server, "request");
  return request!;
}

describe("the body of a request", () => {
  for (const [what, framing, body] of [
    ["that is short", "Content-Length: 6", "abcdef"],
    ["that is empty", "Content-Length: 0", ""],
    ["that comes in chunks", "Transfer-Encoding: chunked", "6\r\nabcdef\r\n0\r\n\r\n"],
  ] as const) {
    test(`${what} comes whole`, async () => {
      const request = await send(framing, body);

      expect(await text(rawBody(request))).toBe(what === "that is empty" ? "" : "abcdef");
    });
  }

  test("comes as it is sent", async () => {
    const pieces = rawBody(await send("Content-Length: 6", "abc"))[Symbol.asyncIterator]();

    expect(String((await pieces.next()).value)).toBe("abc");
    client.write("def");

    expect(String((await pieces.next()).value)).toBe("def");
    expect((await pieces.next()).done).toBe(true);
  });

  test("is given to one of two who wait, and its end to both", async () => {
    const pieces = rawBody(await send("Content-Length: 3", ""))[Symbol.asyncIterator]();
    const waiting = [pieces.next(), pieces.next()];
    client.write("abc");

    expect((await Promise.all(waiting)).map(({ value, done }) => [done, value && String(value)])).toEqual([
      [false, "abc"],
      [true, undefined],
    ]);
  });

  test("that breaks off throws", async () => {
    const body = rawBody(await send("Content-Length: 6", "abc"));
    client.resetAndDestroy();

    await expect(text(body)).rejects.toThrow("broke off");
  });

  test("that broke off before it was read throws", async () => {
    const request = await send("Content-Length: 6", "abc");
    client.resetAndDestroy();
    await new Promise((resolve) => request.on("error", () => undefined).once("close", resolve));

    await expect(text(rawBody(request))).rejects.toThrow("broke off");
  });
});
