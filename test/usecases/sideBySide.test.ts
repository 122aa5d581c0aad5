import { describe, expect, test } from "vitest";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { Ports } from "../../shared/ports.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { listedApplication, packageJob } from "../support/definitions.ts";
import type { TestPorts } from "../support/memoryPorts.ts";
import { entityNames, good, prepared, pushPackage, run, turns } from "./manyLines.ts";
import { look } from "./world.ts";

/** Watches how many commits go on at a time; each lasts until several had the time to begin. */
function watched(ports: TestPorts): { readonly changes: Partial<Ports>; readonly most: () => number } {
  let [going, most] = [0, 0];
  const upsert: Ports["entities"]["upsert"] = async (...of) => {
    going += 1;
    most = Math.max(most, going);
    await turns(50);
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
    ["run side by side, as many as the process has places for", [{}, {}, {}, {}], 2, 3],
    ["run one after another where it has no place", [{}, {}, {}, {}], 0, 1],
    [
      "run behind those of an earlier sequence",
      [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }, { sequence: 4 }],
      3,
      1,
    ],
    [
      "run behind those of an earlier level or unit",
      [{}, { level: 2 }, { executionUnit: 2 }, { executionUnit: 3 }],
      3,
      1,
    ],
    ["wait for one that would stop them", [{ failLevelOnError: true }, { failUnitOnError: true }, {}, {}], 3, 2],
  ])("%s", async (_, changes: readonly Partial<EntityLine>[], places, expected) => {
    const { ports, messageId } = await prepared(
      changes.map((each, index) => ({ ...each, entity: entityNames[index]! })),
      allGood,
    );
    const watch = watched(ports);

    await run(ports, { ...watch.changes, lineSlots: slotsOf(places) });

    expect(watch.most()).toBe(expected);
    const { message, execution } = await look(ports, messageId, packageJob);
    expect(message.state).toBe("Processed");
    expect(execution!.entities.map(({ entity, created }) => [entity, created])).toEqual(
      entityNames.map((name) => [name, 2]),
    );
  });

  test("take places that all imports of the process share, and give them back", async () => {
    const { ports } = await prepared(
      entityNames.map((entity) => ({ entity })),
      allGood,
    );
    await pushPackage(ports, allGood);
    const watch = watched(ports);
    const lineSlots = slotsOf(1);

    await runJobNow(ports, packageJob.activityId, listedApplication);
    const drain = () => ports.drain({ ...watch.changes, lineSlots });
    // The second worker comes when the first one has found what there is to do.
    await Promise.all([drain(), turns(10).then(drain)]);

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
      await turns(50);
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
