import { describe, expect, test } from "vitest";
import { createRelay } from "../../shared/usecases/import/relay.ts";

async function readAll(items: AsyncIterable<number>, seen: number[] = []): Promise<number[]> {
  for await (const item of items) seen.push(item);
  return seen;
}

describe("a relay", () => {
  test("hands every item to its consumer in order, and ends", async () => {
    const relay = createRelay<number>();
    const read = relay.guard(readAll(relay.items));
    for (let item = 0; item < 100; item += 1) await relay.push(item);
    relay.end();

    expect(await read).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test("lets its producer run no further than an item ahead", async () => {
    const relay = createRelay<number>();
    let pushed = 0;
    const producing = (async () => {
      for (; pushed < 5; pushed += 1) await relay.push(pushed);
      relay.end();
    })();
    await new Promise(setImmediate);
    expect(pushed).toBe(1);

    await readAll(relay.items);
    await producing;
    expect(pushed).toBe(5);
  });

  test("tells the producer what its consumer failed with, also while it waits", async () => {
    const relay = createRelay<number>();
    const failing = relay.guard(
      (async () => {
        for await (const item of relay.items) if (item === 1) throw new Error("disk full");
      })(),
    );
    const producing = (async () => {
      for (let item = 0; ; item += 1) await relay.push(item);
    })();

    await expect(producing).rejects.toThrow("disk full");
    await expect(failing).rejects.toThrow("disk full");
  });

  test("does not leave its producer waiting for a consumer that ended early", async () => {
    const relay = createRelay<number>();
    void relay.guard(Promise.resolve());
    await relay.push(1).catch(() => undefined);

    await expect(relay.push(2)).rejects.toThrow("ended before");
  });

  test("tells its consumer what the producer gave up for", async () => {
    const relay = createRelay<number>();
    const seen: number[] = [];
    const read = readAll(relay.items, seen);
    await relay.push(1);
    relay.fail(new Error("abandoned"));

    await expect(read).rejects.toThrow("abandoned");
    expect(seen).toEqual([1]);
  });
});
