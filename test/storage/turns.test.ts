import { describe, expect, test } from "vitest";
import { inParallel } from "../../shared/ports/inParallel.ts";
import { takingTurns } from "../../shared/storage/ground/takingTurns.ts";

function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, resolve, reject };
}

/** Lets everything go on that waits for nothing else. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
}

describe("work that takes turns", () => {
  test("waits for earlier work of its name, and for no other", async () => {
    const inTurn = takingTurns();
    const first = gate();
    const begun: string[] = [];
    const begin = (name: string, until: Promise<void>) =>
      inTurn(name, async () => {
        begun.push(name);
        await until;
        return name;
      });

    const all = [begin("a", first.promise), begin("a", Promise.resolve()), begin("b", Promise.resolve())];
    await settle();

    expect(begun).toEqual(["a", "b"]);
    first.resolve();
    expect(await Promise.all(all)).toEqual(["a", "a", "b"]);
    expect(begun).toEqual(["a", "b", "a"]);
  });

  test("goes on after work that failed, and only that work's caller is told", async () => {
    const inTurn = takingTurns();

    const results = await Promise.allSettled([
      inTurn("a", () => Promise.reject(new Error("no"))),
      inTurn("a", async () => "yes"),
    ]);

    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled"]);
  });
});

describe("work in parallel", () => {
  test("keeps the order of its items and never does more at once than it may", async () => {
    let running = 0;
    let most = 0;

    const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, (running += 1));
      for (let turns = 0; turns < item; turns++) await Promise.resolve();
      running -= 1;
      return item * 10;
    });

    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  test("begins nothing more after an error, which the caller gets", async () => {
    const begun: number[] = [];

    const work = inParallel([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error("no");
      await settle();
    });

    await expect(work).rejects.toThrow("no");
    await settle();
    await settle();
    expect(begun).toEqual([1, 2]);
  });
});
