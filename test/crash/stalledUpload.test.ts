import { describe, expect, test } from "vitest";
import { removeOrphans } from "../../shared/usecases/retention/pruneMessages.ts";
import { type Place, openHost, openPlace } from "../support/crashHost.ts";
import { importJobId } from "../support/definitions.ts";
import { type GroundCall, faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { push, textOf } from "../usecases/world.ts";
import { csv } from "./clients.ts";

const minute = 60_000;
const body = csv("10,a,1");

/** Long enough for the sweep for orphans to come by the payload of a request that stands still. */
async function standStill({ clock, ports }: Place): Promise<void> {
  for (let passed = 0; passed < 2 * testSettings.orphanAfterMs; passed += 5 * minute) {
    clock.advance(5 * minute);
    await removeOrphans(ports);
  }
}

/** The calls that an upload makes after its bytes are stored. */
async function callsBehindStore(): Promise<number> {
  const here = await openPlace();
  let calls = 0;
  const after = ({ what }: GroundCall): void => {
    calls = what === "blobs inbound.putStream" ? 0 : calls + 1;
  };
  await push(openHost(faultyGround(here.ground, { after }).ground, here.clock), body, { idempotencyKey: "k" });
  return calls;
}

describe("an upload that stands still for hours between its bytes and its answer", () => {
  test("is accepted with its bytes, or refused and accepted when it is repeated, wherever that was", async () => {
    const calls = await callsBehindStore();
    expect(calls).toBeGreaterThan(0);
    for (let nth = 0; nth < calls; nth++) {
      const here = await openPlace();
      let behind = -1;
      const before = async (): Promise<void> => {
        if (behind >= 0 && behind++ === nth) await standStill(here);
      };
      const after = ({ what }: GroundCall): void => {
        if (what === "blobs inbound.putStream") behind = 0;
      };
      const slow = openHost(faultyGround(here.ground, { before, after }).ground, here.clock);
      const accepted = await push(slow, body, { idempotencyKey: "k" }).catch(() => undefined);
      const messageId = accepted ?? (await push(here.ports, body, { idempotencyKey: "k" }));

      expect(
        (await messagesOf(here.ports, importJobId)).map(({ id }) => id),
        `before call ${nth}`,
      ).toEqual([messageId]);
      expect(await textOf(here.ports.files.read("inbound", messageId)), `before call ${nth}`).toBe(body);
      expect((await here.ports.files.list("inbound", "", { limit: 9 })).items).toHaveLength(1);
    }
  });
});
