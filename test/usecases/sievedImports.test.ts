import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { EntityStore } from "../../shared/ports/entityStore.ts";
import type { Sieve } from "../../shared/ports/sieve.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import type { PreparedLine } from "../../shared/usecases/import/prepareImport.ts";
import { sieveFor } from "../../shared/usecases/import/sieveFor.ts";
import { customerGroups, importJobId, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { defineLines, type Ended, importFile, look, push, recordsOf, resultFile } from "./world.ts";

// Of a file that does not stay in memory the records that are stored as they stand are held back before they are staged.

const header = "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n";
const rowOf = (key: string | number, value: string): string => `${key},${value},Yes,1\r\n`;
const fileOf = (keys: number, valueOf: (key: number) => string): string =>
  header + Array.from({ length: keys }, (_, key) => rowOf(1000 + key, valueOf(key))).join("");

let ports: TestPorts;
let sieves: Sieve[];

/** A world whose segments have hashes; `bufferBytes` is what stays in memory of a file. */
async function openWorld(): Promise<TestPorts> {
  const world = memoryPorts({}, undefined, { wholeSegmentBytes: 0, frameBytes: 300 });
  await seed(world);
  return world;
}

beforeEach(async () => {
  ports = await openWorld();
  sieves = [];
});

/** Imports the file, of which so little stays in memory. */
async function importLarge(world: TestPorts, file: string, changes: Partial<EntityStore> = {}): Promise<Ended> {
  const messageId = await push(world, file);
  await runJobNow(world, importJobId, operator);
  const openSieve: EntityStore["openSieve"] = async (...of) => {
    const sieve = await world.entities.openSieve(...of);
    if (sieve) sieves.push(sieve);
    return sieve;
  };
  const staging = blobStaging(world.ground.blobs("staging"), {
    limits: { bufferBytes: 600, frameBytes: 60, batchRecords: 3 },
  });
  await world.drain({ staging, entities: { ...world.entities, openSieve, ...changes } });
  return look(world, messageId);
}

const heldBack = (): readonly number[] => sieves.map((sieve) => sieve.heldBack());

describe("a large file whose records are mostly stored as they stand", () => {
  test("stages the others alone, and all are accounted for", async () => {
    await importFile(
      ports,
      fileOf(100, () => "old"),
    );

    const { execution } = await importLarge(
      ports,
      fileOf(104, (key) => (key % 10 === 0 ? "new" : "old")) + rowOf("", "x"),
    );

    expect(heldBack()).toEqual([90]);
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 105, created: 4, updated: 10, unchanged: 90, failed: 1 });
    expect((await recordsOf(ports)).filter(([, value]) => value === "new")).toHaveLength(11);
  });

  test("is staged whole where too few of its first records are stored", async () => {
    await importFile(
      ports,
      fileOf(100, () => "old"),
    );

    const { execution } = await importLarge(
      ports,
      fileOf(100, (key) => (key < 50 ? "new" : "old")),
    );

    expect(heldBack()).toEqual([0]);
    expect(execution!.entities[0]).toMatchObject({ updated: 50, unchanged: 50 });
  });

  test("has each doubled key rejected but the first, wherever it was held back", async () => {
    await importFile(
      ports,
      fileOf(100, () => "old"),
    );
    // The first is as it is stored, and so is another one; one changes before it comes as it is stored.
    const doubled = rowOf(1003, "later") + rowOf(1004, "old") + rowOf(1010, "old");

    const { execution } = await importLarge(ports, fileOf(100, (key) => (key === 10 ? "new" : "old")) + doubled);

    expect(heldBack()).toEqual([expect.any(Number)]);
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 103, updated: 1, unchanged: 99, failed: 3 });
    expect(await resultFile(ports, execution, "failed")).toMatch(/102,.*\r\n103,.*\r\n104,/);
    expect(await recordsOf(ports)).toContainEqual(["1003", "old", "Yes", "1"]);
    expect(await recordsOf(ports)).toContainEqual(["1010", "new", "Yes", "1"]);
  });

  test("counts a cut text once, though a doubled key makes it be read once more", async () => {
    await importFile(
      ports,
      fileOf(100, () => "old"),
    );
    const fieldMap = header
      .trim()
      .split(",")
      .map((name) => ({ field: name, column: name, ignoreBlank: false, truncate: name === "Description" }));
    await defineLines(ports, [{ fieldMap }]);

    const { execution } = await importLarge(
      ports,
      fileOf(101, (key) => (key === 100 ? "n".repeat(300) : "old")) + rowOf(1003, "old"),
    );

    expect(execution!.warnings.join()).toContain("1 text was cut");
    expect(execution!.entities[0]).toMatchObject({ created: 1, unchanged: 100, failed: 1 });
  });
});

test("what somebody stores between the sieve and the commit is not taken for unchanged", async () => {
  await importFile(
    ports,
    fileOf(100, () => "old"),
  );
  let isFirst = true;
  const upsert: EntityStore["upsert"] = async (...commit) => {
    if (isFirst) {
      isFirst = false;
      await importFile(ports, header + rowOf(1007, "theirs"));
    }
    return ports.entities.upsert(...commit);
  };

  const { execution } = await importLarge(
    ports,
    fileOf(100, () => "old"),
    { upsert },
  );

  expect(execution!.entities[0]).toMatchObject({ updated: 1, unchanged: 99, failed: 0 });
  expect(await recordsOf(ports)).toContainEqual(["1007", "old", "Yes", "1"]);
});

test("an entity that is emptied first holds nothing back", async () => {
  await importFile(
    ports,
    fileOf(100, () => "old"),
  );
  await defineLines(ports, [{ truncateFirst: true }]);

  const { execution } = await importLarge(
    ports,
    fileOf(50, () => "old"),
  );

  expect(heldBack()).toEqual([]);
  expect(execution!.entities[0]).toMatchObject({ created: 50, unchanged: 0 });
  expect(await recordsOf(ports)).toHaveLength(50);
});

const key = fc.integer({ min: 1000, max: 1030 });
const row = fc.oneof(
  { arbitrary: fc.tuple(key, fc.constantFrom("a", "A", "")).map(([name, value]) => rowOf(name, value)), weight: 12 },
  { arbitrary: fc.constantFrom(",no key,Yes,1\r\n", "1001,x,Perhaps,1\r\n"), weight: 1 },
);
/** Most rows of it once, in their order, so that some of these files have no doubled key. */
const file = fc
  .tuple(fc.constantFrom("a", "A"), fc.array(row, { maxLength: 12 }))
  .map(([value, rows]) => fileOf(31, () => value) + rows.join(""));

test("whatever files come one after another, their records, counts and rejected rows are those of files that stay in memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 4 }), async (files) => {
      const [large, small] = [await openWorld(), await openWorld()];
      for (const text of files) {
        const [one, other] = [await importLarge(large, text), await importFile(small, text)];
        const factsOf = async (world: TestPorts, { execution }: Ended) => {
          const { rowsRead, created, updated, unchanged, failed, failedFile } = execution!.entities[0]!;
          const rejected = failedFile && (await resultFile(world, execution, "failed"));
          return { rowsRead, created, updated, unchanged, failed, rejected, records: await recordsOf(world) };
        };
        expect(await factsOf(large, one)).toEqual(await factsOf(small, other));
      }
    }),
    { numRuns: 30 },
  );
});

const plainLine = {
  entity: customerGroups,
  company: "usmf",
  lookups: [],
  staging: undefined,
  execute: true,
  numberSequence: undefined,
  map: { fields: ["CUSTOMERGROUPID"] },
  line: { truncateFirst: false },
} as unknown as PreparedLine;

test.each<[string, object]>([
  ["looks values up in other entities", { lookups: [{}] }],
  ["keeps its rows in staging", { staging: {} }],
  ["stops before its entity", { execute: false }],
  ["gives numbers", { numberSequence: {}, map: { generated: { field: {} } } }],
  ["joins parts", { entity: { ...customerGroups, children: [{}] } }],
])("a line that %s looks at each record", (_, change) => {
  expect(sieveFor(ports, plainLine)).toBeDefined();
  expect(sieveFor(ports, { ...plainLine, ...change })).toBeUndefined();
});
