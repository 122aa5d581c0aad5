import type { IncomingMessage } from "node:http";

/** A body that is no longer than this may wait in memory as a whole. */
const shortBytesMax = 64 * 1024;

/** The bytes of a request as they come, to be read once and by nobody else; throws when it breaks off. */
export function rawBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return Number(request.headers["content-length"]) <= shortBytesMax ? shortBody(request) : request;
}

/** By hand: what Node sets up to read a stream one by one costs more than all that is done with a few kilobytes. */
function shortBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let state: "unread" | "open" | "ended" | "broken" = "unread";
  let news = Promise.withResolvers<void>();
  const tell = (how: typeof state): void => {
    if (state === "open") state = how;
    news.resolve();
    news = Promise.withResolvers();
  };
  const begin = (): void => {
    state = "open";
    request.on("data", (piece: Uint8Array) => {
      pieces.push(piece);
      tell("open");
    });
    request.once("end", () => tell("ended"));
    request.on("error", () => tell("broken"));
    request.once("close", () => tell("broken"));
    if (request.destroyed) tell(request.readableEnded ? "ended" : "broken");
  };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (state === "unread") begin();
    for (;;) {
      const value = pieces.shift();
      if (value) return { done: false, value };
      if (state !== "open") break;
      await news.promise;
    }
    if (state === "broken") throw new Error("The request broke off.");
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
