import { describe, expect, test } from "vitest";
import type { Gate } from "../../shared/ports/jobGate.ts";
import type { Ground, RowChange } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { accept, inbound, job, noon } from "../contract/storesHarness.ts";
import { faultyGround } from "../support/faultyGround.ts";

const clock = { now: () => noon };
const gate: Gate = { stamp: "", isClosed: false };

/** The ground with one transaction that breaks off, and may take long after everybody gave it up. */
function withLateTransaction(ground: Ground): { readonly ground: Ground; readonly arrive: () => Promise<unknown> } {
  let late: readonly RowChange[] | undefined;
  const table = ground.table(tableNames.messages);
  const transact: typeof table.transact = async (partitionKey, changes) => {
    if (late) return table.transact(partitionKey, changes);
    late = changes;
    throw new Error("no answer");
  };
  return {
    ground: {
      ...ground,
      table: (name) => (name === tableNames.messages ? { ...table, transact } : ground.table(name)),
    },
    arrive: () => table.transact(job(1), late ?? []),
  };
}

describe("the line of a job", () => {
  test("takes what comes at once in a few transactions, without another look at a gate that nobody else moves", async () => {
    const { ground, calls } = faultyGround(memoryGround(clock));
    const { messages } = storagePorts(ground, clock);
    for (const number of [1, 2]) await accept(messages, inbound(number));
    const before = calls.length;

    await Promise.all(Array.from({ length: 60 }, (_, index) => accept(messages, inbound(3 + index))));

    const made = calls.slice(before).map(({ what }) => what);
    expect(made).toEqual(Array.from({ length: 3 }, () => "table messages.transact"));
  });

  test("fails the one message that no table takes, and takes the others", async () => {
    const { messages } = storagePorts(memoryGround(clock), clock);
    const tooLong = inbound(2, { externalIdentifier: "x".repeat(600_000) });

    const answers = await Promise.allSettled(
      [inbound(1), tooLong, inbound(3)].map((message) => messages.insertInbound(message, { gate, keys: [] })),
    );

    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await accept(messages, inbound(4))).id).toBe(inbound(4).id);
  });

  test.each([
    ["the first of its job", 0],
    ["one behind others", 3],
  ])("does not let in a message that was settled as lost, when its write comes late: %s", async (_which, earlier) => {
    const sound = memoryGround(clock);
    for (let number = 1; number <= earlier; number++)
      await accept(storagePorts(sound, clock).messages, inbound(number));
    const late = withLateTransaction(sound);
    const { messages } = storagePorts(late.ground, clock);
    await expect(messages.insertInbound(inbound(9), { gate, keys: [] })).rejects.toThrow("no answer");

    expect(await messages.settleInbound(job(1), inbound(9).id)).toBe(false);

    expect(await late.arrive()).toBeUndefined();
    expect(await messages.findInbound(job(1), inbound(9).id)).toBeUndefined();
    expect((await accept(messages, inbound(9))).id).toBe(inbound(9).id);
  });
});
