import type { ServerResponse } from "node:http";
import type { HttpResponseInit } from "@azure/functions";

/**
 * The library hands a body on without asking whether anybody takes it, and tells nobody that the client left: what a
 * slow client does not take piles up in memory. The response on the worker's end of the connection knows both.
 */
export interface Watcher {
  /** A client that takes nothing for so long, although something is there to take, is cut off. */
  readonly stalledMsMax: number;
  /** Once: the last byte is out, or nobody is there any more to take one. */
  readonly over: () => void;
  /** The connection is not known, so that a body that streams goes out as fast as its source gives it. */
  readonly unpaced: () => void;
  readonly stalled: () => void;
  /** The source of the body failed behind the first byte: the client sees a broken connection. */
  readonly failed: (error: unknown) => void;
}

/** The reply as the library may have it: a body that streams is read from its source as the client takes it. */
export function paceReply(
  reply: HttpResponseInit,
  response: ServerResponse | undefined,
  watcher: Watcher,
): HttpResponseInit {
  const { body } = reply;
  if (!response) return unpaced(reply, watcher);
  if (response.destroyed) watcher.over();
  else response.once("close", watcher.over);
  // Node starts this time anew whenever the connection takes some of what waits for it.
  response.setTimeout(watcher.stalledMsMax, () => {
    if (response.writableLength === 0) return;
    watcher.stalled();
    response.destroy();
  });
  return isStream(body) ? { ...reply, body: paced(body, response, watcher.failed) } : reply;
}

function unpaced(reply: HttpResponseInit, watcher: Watcher): HttpResponseInit {
  if (isStream(reply.body)) {
    watcher.unpaced();
    return { ...reply, body: untilOver(reply.body, watcher.over) };
  }
  watcher.over();
  return reply;
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** The library asks for a chunk as soon as it has passed on the one before; it gets one when that is on its way. */
function paced(
  source: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const nextChunk = async (): Promise<Uint8Array | undefined> => {
    await untilTaken(response);
    if (response.destroyed) return undefined;
    const next = await iterator.next();
    return next.done || response.destroyed ? undefined : next.value;
  };
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const chunk = await nextChunk();
      if (chunk) return controller.enqueue(chunk);
      await iterator.return?.();
    } catch (error) {
      if (!response.destroyed) {
        failed(error);
        // Without an end of its own the host would wait for the rest of the length that it was told.
        response.destroy();
        throw error;
      }
    }
    controller.close();
  };
  return new ReadableStream({ pull, cancel: async () => void (await iterator.return?.()) }, { highWaterMark: 0 });
}

function untilTaken(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const taken = (): void => {
      response.off("drain", taken).off("close", taken);
      resolve();
    };
    response.on("drain", taken).on("close", taken);
  });
}

async function* untilOver(source: AsyncIterable<Uint8Array>, over: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } finally {
    over();
  }
}
