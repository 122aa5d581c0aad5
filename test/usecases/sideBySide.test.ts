import { describe, expect, test } from "vitest";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { Ports } from "../../shared/ports.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { packageJob } from "../support/definitions.ts";
import type { TestPorts } from "../support/memoryPorts.ts";
import { entityNames, entityOf, good, prepared, pushPackage, run, turns } from "./manyLines.ts";
import { define, look } from "./world.ts";

/**
 * Watches how many commits go on at a time. Those behind the first ones, which are expected to be alone, last until as
 * many as expected have gone on at once, and a little longer.
 */
function watched(ports: TestPorts, expected: number, alone: number) {
  let [begun, going, most] = [0, 0, 0];
  const upsert: Ports["entities"]["upsert"] = async (...of) => {
    begun += 1;
    going += 1;
    most = Math.max(most, going);
    const mayWait = begun > alone;
    while (mayWait && most < expected) await turns(1);
    await turns(20);
    try {
      return await ports.entities.upsert(...of);
    } finally {
      going -= 1;
    }
  };
  return { changes: { entities: { ...ports.entities, upsert } }, most: () => most };
}

const allGood = Object.fromEntries(entityNames.map((name) => [name, good]));

describe("lines of one unit, level and sequence", () => {
  test.each([
    ["run side by side, as many as the process has places for", [{}, {}, {}, {}], 2, 3, 0],
    ["run one after another where it has no place", [{}, {}, {}, {}], 0, 1, 0],
    [
      "run behind those of an earlier sequence",
      [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }, { sequence: 4 }],
      3,
      1,
      0,
    ],
    [
      "run behind those of an earlier level or unit",
      [{}, { level: 2 }, { executionUnit: 2 }, { executionUnit: 3 }],
      3,
      1,
      0,
    ],
    ["wait for one that would stop them", [{ failLevelOnError: true }, { failUnitOnError: true }, {}, {}], 3, 2, 2],
  ])("%s", async (_, changes: readonly Partial<EntityLine>[], places, expected, alone) => {
    const { ports, messageId } = await prepared(
      changes.map((each, index) => ({ ...each, entity: entityNames[index]! })),
      allGood,
    );
    const watch = watched(ports, expected, alone);

    await run(ports, { ...watch.changes, lineSlots: slotsOf(places) });

    expect(watch.most()).toBe(expected);
    const { message, execution } = await look(ports, messageId, packageJob);
    expect(message.state).toBe("Processed");
    expect(execution!.entities.map(({ entity, created }) => [entity, created])).toEqual(
      entityNames.map((name) => [name, 2]),
    );
  });

  test("run one after another where they draw numbers of one sequence", async () => {
    const { ports, messageId } = await prepared(
      entityNames.map((entity) => ({ entity })),
      allGood,
    );
    for (const name of entityNames) {
      const entity = entityOf(name);
      const numbered = {
        name: "NO",
        type: "string",
        isKey: false,
        isRequired: false,
        numberSequence: "Orders",
      } as const;
      await define(ports, "entity", name, { ...entity, fields: [...entity.fields, numbered] });
    }
    const watch = watched(ports, 1, 0);

    await run(ports, { ...watch.changes, lineSlots: slotsOf(3) });

    expect(watch.most()).toBe(1);
    expect((await look(ports, messageId, packageJob)).message.state).toBe("Processed");
  });

  test("take places that all imports of the process share, and give them back", async () => {
    const { ports, messageId } = await prepared(
      entityNames.map((entity) => ({ entity })),
      allGood,
    );
    const messageIds = [messageId, await pushPackage(ports, allGood)];
    const watch = watched(ports, 3, 0);
    const lineSlots = slotsOf(1);
    const worker = { ...ports, ...watch.changes, lineSlots };

    await Promise.all(messageIds.map((id) => importMessage(worker, packageJob.activityId, id)));

    // One line of each message, and one more.
    expect(watch.most()).toBe(3);
    expect(lineSlots.take()).toBeDefined();
  });

  test("are all at their end when one of them cannot go on, and the attempt ends by its error", async () => {
    const { ports, messageId } = await prepared(
      entityNames.map((entity) => ({ entity })),
      allGood,
    );
    const lineSlots = slotsOf(1);
    let [commits, open] = [0, 0];
    const upsert: Ports["entities"]["upsert"] = async (...of) => {
      commits += 1;
      if (commits === 2) throw new Error("The second commit cannot be made.");
      open += 1;
      while (commits < 2) await turns(1);
      await turns(20);
      const result = await ports.entities.upsert(...of);
      open -= 1;
      return result;
    };

    await expect(run(ports, { entities: { ...ports.entities, upsert }, lineSlots })).rejects.toThrow(
      "The second commit",
    );

    expect([commits, open]).toEqual([2, 0]);
    expect(lineSlots.take()).toBeDefined();
    expect((await ports.ground.blobs("staging").list("", { limit: 10 })).items).toEqual([]);
    ports.advance(60 * 60_000);
    await ports.drain();
    const { message, execution } = await look(ports, messageId, packageJob);
    expect(message.state).toBe("Processed");
    expect(execution!.entities.map(({ created }) => created)).toEqual([2, 2, 2, 2]);
  });
});
