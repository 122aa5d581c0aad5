import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Needs, type Readiness, toReadyReply, watchReadiness } from "../../shared/http/readiness.ts";
import { storageNeeds } from "../../shared/storage/needs.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";

let now: number;
let lines: string[];
const log = {
  info: (event: string, facts: object) => void lines.push(`${event} ${JSON.stringify(facts)}`),
  warn: () => undefined,
  error: (event: string, facts: object, error: unknown) =>
    void lines.push(`${event} ${JSON.stringify(facts)} ${error instanceof Error ? error.message : ""}`),
};

beforeEach(() => {
  now = 1_000_000;
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const watch = (needs: Needs): (() => Promise<Readiness>) => watchReadiness({ clock: { now: () => now }, log }, needs);

/** A need that counts how often it is asked, and does as a test says. */
function need() {
  const state = { asked: 0, answer: async (): Promise<unknown> => undefined };
  const ask = async (): Promise<unknown> => {
    state.asked += 1;
    return state.answer();
  };
  return Object.assign(state, { ask });
}

describe("readiness", () => {
  test("is asked once for many who ask, and again after five seconds", async () => {
    const blob = need();
    const ask = watch({ blob: blob.ask });

    await Promise.all(Array.from({ length: 1000 }, ask));
    now += 4_999;
    await ask();
    expect(blob.asked).toBe(1);
    now += 1;
    expect(await ask()).toEqual({ blob: true });
    expect(blob.asked).toBe(2);
  });

  test("is asked anew where the clock was set back", async () => {
    const blob = need();
    const ask = watch({ blob: blob.ask });
    await ask();
    now -= 3_600_000;
    await ask();

    expect(blob.asked).toBe(2);
  });

  test("of two hosts is the one's and the other's", async () => {
    const [one, other] = [need(), need()];
    one.answer = () => Promise.reject(new Error("refused"));

    expect(await watch({ table: one.ask })()).toEqual({ table: false });
    expect(await watch({ table: other.ask })()).toEqual({ table: true });
  });

  test("names what fails, and logs why where it changes", async () => {
    const [blob, keys] = [need(), need()];
    keys.answer = () => Promise.reject(new Error("no route to login.example"));
    const ask = watch({ blob: blob.ask, keys: keys.ask });

    expect(await ask()).toEqual({ blob: true, keys: false });
    now += 5_000;
    await ask();
    keys.answer = async () => undefined;
    now += 5_000;
    expect(await ask()).toEqual({ blob: true, keys: true });
    expect(lines).toEqual([`need.lost {"need":"keys"} no route to login.example`, `need.met {"need":"keys"}`]);
  });

  test("is answered in six seconds though something hangs, which is not asked again while it does", async () => {
    const queue = need();
    const hanging = Promise.withResolvers<undefined>();
    queue.answer = () => hanging.promise;
    const ask = watch({ queue: queue.ask });

    for (let time = 0; time < 3; time += 1) {
      const answer = ask();
      await vi.advanceTimersByTimeAsync(6_000);
      expect(await answer).toEqual({ queue: false });
      now += 6_000;
    }
    expect(queue.asked).toBe(1);
    hanging.resolve(undefined);
    await vi.advanceTimersByTimeAsync(0);
    queue.answer = async () => undefined;
    expect(await ask()).toEqual({ queue: true });
  });

  test("asks each service of the storage, and leaves nothing there", async () => {
    const ground = memoryGround();

    expect(await watch(storageNeeds(ground))()).toEqual({ blob: true, queue: true, table: true });
    expect(await ground.queue("work").count()).toBe(0);
    expect((await ground.blobs("definitions").list("", { limit: 1 })).items).toEqual([]);
  });
});

describe("the answer to whoever asks", () => {
  test("is 200 when all is there", () => {
    expect(toReadyReply({ blob: true, keys: true })).toMatchObject({
      status: 200,
      body: `{"status":"ready","needs":{"blob":"ready","keys":"ready"}}`,
    });
  });

  test("is 503 with what is missing, and not why", () => {
    const reply = toReadyReply({ blob: true, keys: false });

    expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(reply.body).toBe(`{"status":"notReady","needs":{"blob":"ready","keys":"notReady"}}`);
  });
});
