import fc from "fast-check";
import { expect, test } from "vitest";
import { exportJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { defineLines, exportedFiles, importFile, newestExport, recordsOf, resultFile, runNow } from "./world.ts";

const header = "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit";
const runs = { numRuns: 60 };

/** A row that may lack its key, repeat one, hold a wrong value or have the wrong number of cells. */
const row = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(30), fc.constantFrom("", "1", "2.50")).map(([key, limit]) => `K${key},d,Yes,${limit}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(",d,Yes,1", "K1,d,maybe,1", "K2,d,No,x", "K3,d", "K4,a,b,c,d", "TOOLONGAKEY,d,,"),
  },
);

async function newPorts(): Promise<TestPorts> {
  const ports = memoryPorts();
  await seed(ports);
  return ports;
}

/** How many rows a result file has; none when there is no such file. */
const rowsOf = (file: Promise<string>): Promise<number> =>
  file.then(
    (text) => text.split("\r\n").length - 2,
    () => 0,
  );

test("every row of a file succeeded, failed or was not processed, and the result files hold exactly those", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), fc.boolean(), async (rows, isCutShort) => {
      const ports = await newPorts();
      const text = [header, ...rows, ...(isCutShort ? ['K1,"never closed'] : [])].join("\r\n");
      const { message, execution } = await importFile(ports, `${text}\r\n`);

      const entity = execution!.entities[0]!;
      const succeeded = entity.created + entity.updated + entity.unchanged;
      expect(succeeded + entity.failed + entity.unprocessed).toBe(entity.rowsRead);
      expect(succeeded).toBe((await recordsOf(ports)).length);
      const isWhole = entity.failed === 0 ? "Processed" : "ProcessedWithErrors";
      expect(message.state).toBe(isCutShort ? "PostProcessingError" : isWhole);
      const counted = [succeeded, entity.failed, entity.unprocessed];
      const held = ["succeeded", "failed", "unprocessed"] as const;
      expect(await Promise.all(held.map((kind) => rowsOf(resultFile(ports, execution, kind))))).toEqual(counted);
    }),
    runs,
  );
});

test("the order of rows with distinct keys, and the cuts between bytes, change nothing", async () => {
  const distinct = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(distinct, fc.nat(1000), async (keys, seed_) => {
      const inOrder = await newPorts();
      const shuffled = await newPorts();
      const rows = keys.map((key) => `K${key},d ${key},No,${key}.0`);
      await importFile(inOrder, [header, ...rows, ""].join("\r\n"));
      const turned = [...rows.slice(seed_ % rows.length), ...rows.slice(0, seed_ % rows.length)].toReversed();
      const bytes = Buffer.from([header, ...turned, ""].join("\n"));
      async function* cut(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += 1 + (seed_ % 7)) yield bytes.subarray(at, at + 1 + (seed_ % 7));
      }
      await importFile(shuffled, "", { body: cut() });

      expect(await recordsOf(shuffled)).toEqual(await recordsOf(inOrder));
    }),
    runs,
  );
});

test("what was exported and imported again is what was exported", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 15 }).map((each) => each.replaceAll(/\p{Cc}/gu, "\n"));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 8 }), text, async (keys, description) => {
      const ports = await newPorts();
      const quoted = `"${description.replaceAll('"', '""')}"`;
      await importFile(ports, [header, ...keys.map((key) => `K${key},${quoted},,0.${key}`), ""].join("\r\n"));
      const before = await recordsOf(ports);
      await runNow(ports, exportJob);
      const exported = (await exportedFiles(ports, (await newestExport(ports, exportJob))!)).get(
        "Customer groups.csv",
      )!;
      await defineLines(ports, [{ truncateFirst: true }]);
      await importFile(ports, exported);

      expect(await recordsOf(ports)).toEqual(before);
    }),
    runs,
  );
});
