import { beforeEach, describe, expect, test } from "vitest";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { RaceNeverWon } from "../../shared/ports/untilWon.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { type SharedClock, openHost } from "../support/crashHost.ts";
import { exportJob, exportJobId } from "../support/definitions.ts";
import { type FaultPlan, type GroundCall, faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { takeDelivery } from "./world.ts";
import { offeredExport } from "./offeredExport.ts";

const minute = 60_000;
let clock: SharedClock;
let ground: Ground;
let ports: Ports;

beforeEach(async () => {
  ({ clock, ground, ports } = await offeredExport());
});

const next = (from = ports) => dequeueMessage(from, exportJob);
const hostWith = (plan: FaultPlan) => openHost(faultyGround(ground, plan).ground, clock);
const message = async () => (await messagesOf(ports, exportJobId))[0] as OutboundMessage;

/** A host whose every call of these kinds fails. */
function failing(...kinds: readonly string[]): Ports {
  const before = ({ what }: GroundCall): void => {
    if (kinds.includes(what)) throw new Error(`503 at ${what}`);
  };
  return hostWith({ before });
}

/** The messages that clients hold, all at once, each found by its own receipt. */
async function isHeldBy(delivered: OutboundMessage): Promise<boolean> {
  const { correlationId } = delivered.delivery!;
  return downloadMessage(ports, exportJobId, delivered.id, correlationId).then(
    () => true,
    () => false,
  );
}

describe("a dequeue that fails", () => {
  for (const call of ["table messages.find", "table messages.transact"]) {
    test(`at its ${call} leaves the package to whoever asks next, at once`, async () => {
      await expect(next(failing(call))).rejects.toThrow(`503 at ${call}`);

      const delivered = (await next())!;
      expect(delivered).toMatchObject({ state: "Dequeued", deliveryCount: 1 });
      expect(delivered.lastDequeuedAt).toBeUndefined();
      expect(await next()).toBeUndefined();
    });
  }

  test("because it lost every race leaves the package to whoever asks next", async () => {
    const loser: Ports = {
      ...ports,
      messages: { ...ports.messages, replace: () => Promise.reject(new RaceNeverWon("lost")) },
    };
    await expect(next(loser)).rejects.toThrow(RaceNeverWon);

    expect(await next()).toMatchObject({ deliveryCount: 1 });
  });

  test("although its hand-out took, its answer being lost, is a delivery like any other", async () => {
    const unlucky = hostWith({
      after: ({ what }) => {
        if (what === "table messages.transact") throw new Error("the answer is lost");
      },
    });
    const delivered = (await next(unlucky))!;

    expect(await isHeldBy(delivered)).toBe(true);
    expect(await next()).toBeUndefined();
    await takeDelivery(ports, exportJob, delivered);
    expect((await message()).state).toBe("Acked");
  });

  test("and cannot look whether its hand-out took, gives the package to one client, and to nobody else", async () => {
    let isDown = false;
    const unlucky = hostWith({
      before: ({ what }) => {
        if (isDown && what.startsWith("table")) throw new Error("503");
      },
      after: ({ what }) => {
        if (what !== "table messages.transact") return;
        isDown = true;
        throw new Error("503");
      },
    });
    await expect(next(unlucky)).rejects.toThrow("503");
    const lostDelivery = (await message()).delivery!;
    const delivered = (await next())!;

    expect(delivered).toMatchObject({ deliveryCount: 2 });
    await expect(acknowledgeMessage(ports, exportJob, lostDelivery)).rejects.toMatchObject({ code: "conflict" });
    expect(await next()).toBeUndefined();
    await takeDelivery(ports, exportJob, delivered);
    expect(await next()).toBeUndefined();
  });

  test("after it was held up so long that somebody else has the package does not take it from them", async () => {
    let other: OutboundMessage | undefined;
    const slow = hostWith({
      before: async ({ what }) => {
        if (what !== "table messages.transact") return;
        clock.advance(31 * minute);
        other = await next();
        throw new Error("503");
      },
    });
    await expect(next(slow)).rejects.toThrow("503");

    expect(await isHeldBy(other!)).toBe(true);
    expect(await next()).toBeUndefined();
  });

  test("and cannot give the package back says what went wrong first, and the package comes back by itself", async () => {
    await expect(next(failing("table messages.find", "queue out-*.hide"))).rejects.toThrow(
      "503 at table messages.find",
    );

    expect(await next()).toBeUndefined();
    clock.advance(30 * minute);
    expect(await next()).toMatchObject({ deliveryCount: 1 });
  });
});
