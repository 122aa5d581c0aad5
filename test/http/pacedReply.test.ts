import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect as connectSocket, type Socket } from "node:net";
import { HttpResponse, type HttpResponseInit } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { watchArrivals } from "../../shared/http/arrivals.ts";
import { paceReply, type Watcher } from "../../shared/http/pacedReply.ts";

const megabyte = 1024 * 1024;
const chunk = Buffer.alloc(megabyte, "x");
/** What the two ends of a connection hold for a reader who does not read: more of it than any kernel gives. */
const heldMegabytesMax = 24;

const { responseOf } = watchArrivals();
const server = createServer((_request, response) => void serve(response));
let makeReply: (response: ServerResponse) => HttpResponseInit;
let socket: Socket;
let libraryEnded: Promise<void>;
let events: string[];
let given: number;

/** As the library's own proxy sends an answer: it writes what the body gives, and never looks back. */
async function serve(response: ServerResponse): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  libraryEnded = promise;
  promise.catch(() => undefined);
  try {
    const { body } = new HttpResponse(makeReply(response));
    if (body) for await (const part of body.values()) response.write(part);
    response.end();
    resolve();
  } catch (error) {
    reject(error);
  }
}

beforeEach(async () => {
  events = [];
  given = 0;
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  socket = connectSocket({ port, host: "127.0.0.1" }).on("error", () => undefined);
  await once(socket, "connect");
});

afterEach(async () => {
  socket.destroy();
  await once(server.close(), "close");
});

async function* megabytes(count: number, then: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  try {
    for (; given < count; given += 1) yield chunk;
    then();
  } finally {
    events.push("source ended");
  }
}

function watcher(changes: Partial<Watcher> = {}): Watcher {
  return {
    stalledMsMax: 60_000,
    over: () => void events.push("over"),
    unpaced: () => void events.push("unpaced"),
    stalled: () => void events.push("stalled"),
    failed: (error) => void events.push(`failed: ${(error as Error).message}`),
    ...changes,
  };
}

function ask(): void {
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nx-ms-invocation-id: i1\r\nconnection: close\r\n\r\n");
}

async function readAll(): Promise<number> {
  let bytes = 0;
  for await (const part of socket as AsyncIterable<Buffer>) bytes += part.length;
  return bytes;
}

describe("a body that streams", () => {
  test("is read from its source as the client takes it, and arrives whole", async () => {
    const stuck = Promise.withResolvers<void>();
    makeReply = (response) => {
      // The first chunk that is not taken at once is the last one that is read for now.
      const write = response.write.bind(response);
      response.write = ((part: Uint8Array) => {
        const isTaken = write(part);
        if (response.writableLength > 2 * megabyte) stuck.reject(new Error("It piles up."));
        else if (!isTaken && given >= 2) stuck.resolve();
        return isTaken;
      }) as typeof write;
      return paceReply({ body: megabytes(64) }, response, watcher());
    };
    ask();
    await stuck.promise;

    expect(given).toBeLessThan(heldMegabytesMax);
    expect(await readAll()).toBeGreaterThan(64 * megabyte);
    await libraryEnded;
    expect(given).toBe(64);
    expect(events.toSorted()).toEqual(["over", "source ended"]);
  });

  test("is left by its source when the client leaves, and that is nobody's failure", async () => {
    makeReply = (response) => paceReply({ body: megabytes(64) }, response, watcher());
    ask();
    await once(socket, "readable");

    socket.destroy();
    await libraryEnded;

    expect(given).toBeLessThan(heldMegabytesMax);
    expect(events.toSorted()).toEqual(["over", "source ended"]);
  });

  test("whose source fails breaks the connection, so that nobody takes a part for the whole", async () => {
    const fail = (): never => {
      throw new Error("storage is gone");
    };
    makeReply = (response) => paceReply({ body: megabytes(2, fail) }, response, watcher());
    ask();
    const [bytes] = await Promise.all([readAll().catch(() => 0), once(socket, "close")]);

    expect(bytes).toBeLessThan(3 * megabyte);
    await expect(libraryEnded).rejects.toThrow("storage is gone");
    expect(events.toSorted()).toEqual(["failed: storage is gone", "over", "source ended"]);
  });

  test("is cut off when its client takes nothing for too long", async () => {
    const over = Promise.withResolvers<void>();
    const impatient = watcher({ stalledMsMax: 100, over: over.resolve });
    makeReply = (response) => paceReply({ body: megabytes(64) }, response, impatient);
    ask();
    await over.promise;
    await libraryEnded;

    expect(events.toSorted()).toEqual(["source ended", "stalled"]);
    expect(await readAll().catch(() => 0)).toBeLessThan(64 * megabyte);
  });

  test("is not begun for a client that has left", async () => {
    const left = Promise.withResolvers<void>();
    makeReply = (response) => {
      response.destroy();
      response.once("close", () => left.resolve());
      return paceReply({ body: megabytes(64) }, response, watcher());
    };
    ask();
    await left.promise;
    await libraryEnded;

    expect([given, events]).toEqual([0, ["over"]]);
  });
});

test("a reply without a stream is over when it is out", async () => {
  const over = Promise.withResolvers<void>();
  makeReply = (response) => paceReply({ body: "short" }, response, watcher({ over: over.resolve }));
  ask();

  await over.promise;
  await expect(libraryEnded).resolves.toBeUndefined();
});

test("a stream without a known connection goes out all the same, and says so", async () => {
  makeReply = () => paceReply({ body: megabytes(2) }, undefined, watcher());
  ask();

  expect(await readAll()).toBeGreaterThan(2 * megabyte);
  expect(events.toSorted()).toEqual(["over", "source ended", "unpaced"]);
});

test("a response is found by its invocation, once", async () => {
  const found: (ServerResponse | undefined)[] = [];
  makeReply = (response) => {
    found.push(responseOf("i1"), responseOf("i1"), responseOf("i2"), response);
    return { body: "short" };
  };
  ask();
  await readAll();

  expect(found[0]).toBe(found[3]);
  expect(found.slice(1, 3)).toEqual([undefined, undefined]);
});
