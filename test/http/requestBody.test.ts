import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openRequestBody, type Rest } from "../../shared/http/requestBody.ts";

const chunk = new Uint8Array([1, 2]);
const patience = { bytesPerSecondMin: 1_000, forMs: 30_000 };
const rest: Rest = { bytesMax: 1_000, forMs: 30_000, close: () => undefined };
const bytesOf = (source: AsyncIterable<Uint8Array> | null) => openRequestBody(source, patience, rest).bytes;

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const next of body) chunks.push(next);
  return chunks;
}

describe("a request's body", () => {
  test("is read to its end", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(chunk);
        controller.enqueue(chunk);
        controller.close();
      },
    });

    expect(await collect(bytesOf(body))).toEqual([chunk, chunk]);
  });

  test("that is not there has no bytes", async () => {
    expect(await collect(bytesOf(null))).toEqual([]);
  });

  test("whose client left is the client's error, not the service's", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("aborted")),
    });

    await expect(collect(bytesOf(body))).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("the pace of a body", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  type Sent = readonly (readonly [pauseMs: number, sizeBytes: number])[];
  const times = (count: number, pauseMs: number, sizeBytes: number): Sent =>
    Array.from({ length: count }, () => [pauseMs, sizeBytes] as const);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  /** A client that sends so many bytes after each pause, and then ends or sends nothing more. */
  async function* client(sent: Sent, end: "ends" | "stays" = "ends"): AsyncGenerator<Uint8Array> {
    for (const [pauseMs, sizeBytes] of sent) {
      await pause(pauseMs);
      yield new Uint8Array(sizeBytes);
    }
    if (end === "stays") await new Promise(() => undefined);
  }

  /** How many bytes arrived, or the code of the refusal and the second at which it came. */
  async function outcomeOf(body: AsyncIterable<Uint8Array>): Promise<number | string> {
    const startedAt = performance.now();
    const outcome = collect(bytesOf(body)).then(
      (chunks) => chunks.reduce((sum, { byteLength }) => sum + byteLength, 0),
      ({ code }: { readonly code: string }) => `${code} after ${Math.round((performance.now() - startedAt) / 1_000)} s`,
    );
    await vi.advanceTimersByTimeAsync(600_000);
    return outcome;
  }

  test.each([
    ["be slow for as long as it is above the rate", times(40, 5_000, 5_100), 204_000],
    ["pause when it was fast enough before", [...times(2, 29_000, 40_000), [1_000, 1]] as Sent, 80_001],
    ["be small and late", times(1, 29_000, 1), 1],
  ])("may %s", async (_, sent, sizeBytes) => {
    expect(await outcomeOf(client(sent))).toBe(sizeBytes);
  });

  test.each([
    ["sends a byte now and then", times(1_000, 5_000, 1), 30],
    ["sends half of what it must", times(1_000, 1_000, 500), 60],
    ["never sends anything", [], 30],
    ["was fast once", [[10, 10_000_000], ...times(1_000, 5_000, 1)] as Sent, 30],
  ])("ends it when the client %s", async (_, sent, seconds) => {
    expect(await outcomeOf(client(sent, "stays"))).toBe(`tooSlow after ${seconds} s`);
  });

  test("does not count the time in which nobody reads", async () => {
    const sizes: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const { byteLength } of bytesOf(client(times(3, 20_000, 20_000)))) {
        sizes.push(byteLength);
        await pause(40_000);
      }
    };
    const done = reading();
    await vi.advanceTimersByTimeAsync(600_000);
    await done;

    expect(sizes).toEqual([20_000, 20_000, 20_000]);
  });

  test("has an end: what has not come whole before the front end gives the request up is refused in time", async () => {
    expect(await outcomeOf(client(times(100, 5_000, 50_000)))).toBe("tooSlow after 220 s");
  });
});

describe("what is left of a body that nobody reads any more", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  type End = "whole" | "closed" | "neither";

  /** Leaves the body after so many chunks, and tells what became of its connection within ten minutes. */
  async function endOf(source: AsyncIterable<Uint8Array>, read: number): Promise<End> {
    let end: End = "neither";
    const watched = async function* (): AsyncGenerator<Uint8Array> {
      yield* source;
      end = "whole";
    };
    const body = openRequestBody(watched(), patience, { ...rest, close: () => void (end = "closed") });
    const iterator = body.bytes[Symbol.asyncIterator]();
    for (let at = 0; at < read; at += 1) await iterator.next();
    await iterator.return?.();
    expect(end).toBe("neither");
    body.dropRest();
    await vi.advanceTimersByTimeAsync(600_000);
    return end;
  }

  async function* chunks(count: number, sizeBytes: number, pauseMs = 0): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < count; at += 1) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      yield new Uint8Array(sizeBytes);
    }
  }

  test.each([
    ["read in part", chunks(10, 100), 3],
    ["never begun", chunks(10, 100), 0],
    ["still on its way", chunks(3, 100, 5_000), 0],
  ])("is read and dropped when it was %s", async (_, source, read) => {
    expect(await endOf(source, read)).toBe("whole");
  });

  test.each([
    ["has too many bytes", chunks(20, 100)],
    ["comes for too long", chunks(1_000, 1, 1_000)],
  ])("costs its connection when it %s", async (_, source) => {
    expect(await endOf(source, 0)).toBe("closed");
  });

  test("is nobody's: who reads on all the same gets an error, and no body with gaps", async () => {
    const body = openRequestBody(chunks(3, 100), patience, rest);
    const iterator = body.bytes[Symbol.asyncIterator]();
    await iterator.next();
    body.dropRest();

    await expect(iterator.next()).rejects.toMatchObject({ code: "tooSlow" });
  });

  test("ends with its client, and nothing is closed twice", async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield chunk;
      throw new Error("aborted");
    };

    expect(await endOf(broken(), 1)).toBe("neither");
  });
});
