import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import {
  exportJob,
  importJobId,
  importProject,
  bytesOf,
  customerGroups,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, importFile, manifestOf, packageOf, push, resultFile, runNow, look } from "./world.ts";

const unchanged = undefined;

/** Ports that count how often work over input asks whether it should rest. */
function countingPorts(): { readonly ports: TestPorts; readonly asked: () => number } {
  let asked = 0;
  const ports = memoryPorts({}, unchanged, {}, () => ({ isOver: () => asked++ < 0, rest: () => Promise.resolve() }));
  return { ports, asked: () => asked };
}

const columns = Array.from({ length: 50 }, (_, index) => `F${index}`);
const wide: DataEntity = {
  ...customerGroups,
  fields: columns.map((name, index) => ({ name, type: "string", isKey: index === 0, isRequired: index === 0 })),
};
const header = `${columns.join(",")}\n`;
const rows = (count: number, rowOf: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${rowOf(index)}\n`).join("");
const goodRow = (index: number): string => `K${index}${",some more text to move".repeat(49)}`;
const goodRowBytes = goodRow(100).length;
/** Work on lines of bytes goes on for so many at most, whatever they hold. */
const stretchBytes = 512 * 1024;

type Reading = (ports: TestPorts, records: number) => Promise<unknown>;

async function imported(ports: TestPorts, records: number) {
  const { execution } = await importFile(ports, header + rows(records, goodRow));
  return execution;
}

/** Each goes through so many records so often, as lines of bytes. */
const movings: readonly (readonly [what: string, times: number, Reading])[] = [
  ["rows that are mapped, staged, put in order and stored", 4, imported],
  [
    "rows with the same key, which are staged and read once more",
    4,
    (ports, records) => importFile(ports, header + rows(records, () => goodRow(1))),
  ],
  [
    "records that are imported, read again and exported",
    6,
    async (ports, records) => {
      await imported(ports, records);
      await runNow(ports, exportJob);
    },
  ],
  [
    "records that are imported, and then read again as succeeded",
    6,
    async (ports, records) => resultFile(ports, await imported(ports, records), "succeeded"),
  ],
];

/** Each goes through so many records, or lines, and so often. */
const readings: readonly (readonly [what: string, times: number, Reading])[] = [
  ["rows that are too short", 1, (ports, records) => importFile(ports, header + rows(records, () => "K"))],
  [
    "a sample to infer an entity from",
    1,
    (ports, records) => inferEntity(ports, "X", "CSV", bytesOf(header + rows(records, goodRow))),
  ],
  [
    "a sample to check",
    1,
    (ports, records) => {
      const upload = { fileName: "x.csv", entity: "Customer groups", format: "CSV" };
      return sampleProject(
        ports,
        importProject.name,
        { ...upload, body: bytesOf(header + rows(records, goodRow)) },
        operator,
      );
    },
  ],
  [
    "the lines of a manifest",
    1,
    async (ports, records) => {
      const lines = Array.from({ length: records }, () => ({ isDisabled: true }));
      const bytes = await packageOf(manifestOf({}, ...lines), { "Customer groups.csv": header });
      await push(ports, bytes, { entity: undefined }, packageJob);
      await runNow(ports, packageJob);
    },
  ],
];

async function askedFor(read: Reading, records: number): Promise<number> {
  const { ports, asked } = countingPorts();
  await seed(ports);
  await define(ports, "entity", wide.name, wide);
  await read(ports, records);
  return asked();
}

describe("work over input", () => {
  test.each(readings)("asks beside each whether it should rest: %s", async (_, times, read) => {
    expect((await askedFor(read, 700)) - (await askedFor(read, 200))).toBeGreaterThanOrEqual(500 * times);
  });

  test.each(movings)("asks between stretches of bytes whether it should rest: %s", async (_, times, move) => {
    const stretches = (2500 * goodRowBytes) / stretchBytes;

    expect((await askedFor(move, 3000)) - (await askedFor(move, 500))).toBeGreaterThanOrEqual(stretches * times);
  });

  test("keeps its message while a file gives no row for longer than a lease", async () => {
    let rests = 0;
    let messageId = "";
    const ports: TestPorts = memoryPorts({}, unchanged, {}, (beat) => ({
      isOver: () => beat !== undefined,
      rest: async () => {
        rests += 1;
        ports.advance(testSettings.leaseMs / 4);
        await importMessage(ports, importJobId, messageId);
        await beat?.();
      },
    }));
    await seed(ports);
    messageId = await push(ports, `CustomerGroupId\n${"\n".repeat(1_000_000)}10\n`);

    await importMessage(ports, importJobId, messageId);

    expect(rests).toBeGreaterThan(10);
    expect((await look(ports, messageId)).message).toMatchObject({ state: "Processed", attempts: 1 });
  });
});
