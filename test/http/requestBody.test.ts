import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readRequestBody } from "../../shared/http/requestBody.ts";

const chunk = new Uint8Array([1, 2]);
const patience = { bytesPerSecondMin: 1_000, forMs: 30_000 };

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

    expect(await collect(readRequestBody(body, patience))).toEqual([chunk, chunk]);
  });

  test("that is not there has no bytes", async () => {
    expect(await collect(readRequestBody(null, patience))).toEqual([]);
  });

  test("whose client left is the client's error, not the service's", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("aborted")),
    });

    await expect(collect(readRequestBody(body, patience))).rejects.toMatchObject({ code: "invalid" });
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
    const outcome = collect(readRequestBody(body, patience)).then(
      (chunks) => chunks.reduce((sum, { byteLength }) => sum + byteLength, 0),
      ({ code }: { readonly code: string }) => `${code} after ${Math.round((performance.now() - startedAt) / 1_000)} s`,
    );
    await vi.advanceTimersByTimeAsync(600_000);
    return outcome;
  }

  test.each([
    ["be slow for as long as it is above the rate", times(100, 5_000, 5_100), 510_000],
    ["pause when it was fast enough before", [...times(2, 29_000, 40_000), [1_000, 1]] as Sent, 80_001],
    ["be small and late", times(1, 29_000, 1), 1],
  ])("may %s", async (_, sent, sizeBytes) => {
    expect(await outcomeOf(client(sent))).toBe(sizeBytes);
  });

  test.each([
    ["sends a byte now and then", times(1_000, 5_000, 1), 30],
    ["sends half of what it must", times(1_000, 1_000, 500), 59],
    ["never sends anything", [], 30],
    ["was fast once", [[10, 10_000_000], ...times(1_000, 5_000, 1)] as Sent, 30],
  ])("ends it when the client %s", async (_, sent, seconds) => {
    expect(await outcomeOf(client(sent, "stays"))).toBe(`tooSlow after ${seconds} s`);
  });

  test("does not count the time in which nobody reads", async () => {
    const sizes: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const { byteLength } of readRequestBody(client(times(3, 20_000, 20_000)), patience)) {
        sizes.push(byteLength);
        await pause(100_000);
      }
    };
    const done = reading();
    await vi.advanceTimersByTimeAsync(600_000);
    await done;

    expect(sizes).toEqual([20_000, 20_000, 20_000]);
  });

  test("lets the source go once it may", async () => {
    let isLeft = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* client(times(2, 40_000, 1), "stays");
      } finally {
        isLeft = true;
      }
    }

    expect(await outcomeOf(source())).toBe("tooSlow after 30 s");
    expect(isLeft).toBe(true);
  });
});
