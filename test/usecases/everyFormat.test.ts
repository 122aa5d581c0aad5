import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DataEntity, recordKey } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import type { FieldMap } from "../../shared/domain/fieldMapLine.ts";
import { linesOf } from "../../shared/domain/recordLines.ts";
import { builtInFormats, type SourceFormat } from "../../shared/domain/sourceFormat.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import type { Ports } from "../../shared/ports.ts";
import { bytesOf, exportJob, exportProject, importProject, line, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, newestExport, recordsOf, runNow } from "./world.ts";

// What every format must do, whichever there are: the same records come in that went out, as a file and in a package.

const things: DataEntity = {
  name: "Things",
  aotName: "DemoThingEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "string", isKey: true, isRequired: true, lengthMax: 20 },
    { name: "NOTE", type: "string", isKey: false, isRequired: false, lengthMax: 60 },
    { name: "COUNT", type: "integer", isKey: false, isRequired: false },
    { name: "BIG", type: "int64", isKey: false, isRequired: false },
    { name: "AMOUNT", type: "real", isKey: false, isRequired: false },
    { name: "OPEN", type: "boolean", isKey: false, isRequired: false },
    { name: "DAY", type: "date", isKey: false, isRequired: false },
    { name: "AT", type: "datetime", isKey: false, isRequired: false },
    { name: "HOUR", type: "time", isKey: false, isRequired: false },
    { name: "REF", type: "guid", isKey: false, isRequired: false },
    {
      name: "KIND",
      type: "enum",
      isKey: false,
      isRequired: false,
      enumValues: [
        { symbol: "None", value: 0, label: "No kind" },
        { symbol: "Large", value: 1, label: "Very large" },
      ],
    },
  ],
};

/** Text of whatever kind that each format can hold: on one line, and without blanks at its ends. */
const text = (lengthMax: number) =>
  fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: lengthMax }),
      fc.constantFrom("007", "1e5", "=1+1", "a,b;c|d", 'say "x"', "<a&b>", "NULL", "-1", "1900-01-01", "Ünï", "漢字"),
    )
    .map((each) => each.replace(/\p{C}|\p{Z}/gu, "_"))
    .filter((each) => each.length <= lengthMax);
const blankOr = (each: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant("") }, { weight: 4, arbitrary: each });
const day = fc.date({ min: new Date("1901-01-01"), max: new Date("2154-12-31"), noInvalidDate: true });
const whole = (digits: number) => fc.integer({ min: -(10 ** digits), max: 10 ** digits }).map(String);

const record = fc
  .tuple(
    text(20),
    blankOr(text(60)),
    blankOr(whole(9)),
    blankOr(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
    blankOr(fc.integer({ min: -1e12, max: 1e12 }).map((cents) => String(cents / 100))),
    blankOr(fc.constantFrom("Yes", "No")),
    blankOr(day.map((each) => each.toISOString().slice(0, 10))),
    blankOr(day.map((each) => `${each.toISOString().slice(0, 19)}Z`)),
    blankOr(day.map((each) => each.toISOString().slice(11, 19))),
    blankOr(fc.uuid()),
    blankOr(fc.constantFrom("None", "Large")),
  )
  .map((values): readonly string[] => values);
const records = fc.uniqueArray(record, { minLength: 1, maxLength: 20, selector: ([id]) => recordKey([id!]) });

async function world(): Promise<TestPorts> {
  const ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", things.name, things);
  return ports;
}

async function fill(ports: Ports, values: readonly (readonly string[])[]): Promise<void> {
  const all = values.map((each, index) => ({ key: recordKey([each[0]!]), number: index + 1, values: each }));
  const inOrder = all.toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  await ports.entities.upsert(
    { entityId: entityId(things), company: undefined },
    {
      idempotencyKey: "fill",
      fence: 1,
      columns: things.fields.map(({ name }) => name),
      keyColumns: ["ID"],
      async *records() {
        yield linesOf(inOrder);
      },
      truncateFirst: false,
      requireValid: () => Promise.resolve(),
    },
  );
}

/** The package of an export of all records, and the entity's file in it. */
async function exported(ports: TestPorts, format: SourceFormat, mapped: Partial<EntityLine>) {
  const lines = [{ ...line, entity: things.name, format: format.name, ...mapped }];
  await define(ports, "project", exportProject.name, { ...exportProject, lines });
  await runNow(ports, exportJob);
  const message = (await newestExport(ports, exportJob))!;
  const zip = await collectBytes(ports.files.read("outbound", message.file!), 1e8, "a package");
  const archive = await openPackageZip(bytesInMemory(zip));
  const { name } = archive.entries.find((entry) => entry.name.startsWith(things.name))!;
  return { zip, file: await collectBytes(archive.open(name), 1e8, name) };
}

/** Every column under another name where the format lets it have one, in another order, and what has a way back. */
function mapFor({ kind }: SourceFormat): FieldMap {
  return things.fields.toReversed().map(({ name }) => ({
    field: name,
    column: kind === "fixedWidth" ? name : `The ${name.toLowerCase()}`,
    ignoreBlank: false,
    ...(name === "KIND" && { useEnumLabel: true }),
    ...(name === "OPEN" && {
      conversions: [
        { source: "J", value: "Yes" },
        { source: "N", value: "No" },
      ],
    }),
  }));
}

/**
 * What became of the records, taken out with the map and brought back in, as a file and in a package.
 * The package's own map is that of the export; the file needs it at its line.
 */
async function backAgain(format: SourceFormat, mapped: Partial<EntityLine>, values: readonly (readonly string[])[]) {
  const [from, byFile, byPackage] = [await world(), await world(), await world()];
  await fill(from, values);
  const { zip, file } = await exported(from, format, mapped);
  await defineLines(byFile, [{ entity: things.name, format: format.name, ...mapped }]);
  await defineLines(byPackage, [{ entity: things.name, format: format.name }]);
  const asFile = await importFile(byFile, file, { entity: things.name });
  const job = { ...packageJob, project: importProject.name };
  const asPackage = await importFile(byPackage, zip, { entity: undefined, body: bytesOf(zip) }, job);
  return {
    states: [asFile.message.state, asPackage.message.state],
    before: await recordsOf(from, things),
    after: [await recordsOf(byFile, things), await recordsOf(byPackage, things)],
  };
}

describe.each(builtInFormats.map((format) => [format.name, format] as const))("%s", (_, format) => {
  test("brings the records back in that it took out, as a file and in a package", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (values) => {
        const { states, before, after } = await backAgain(format, {}, values);
        expect(states).toEqual(["Processed", "Processed"]);
        expect(after).toEqual([before, before]);
      }),
      { numRuns: 8 },
    );
  });

  test("does so through a map that renames, orders and converts", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (values) => {
        const { states, before, after } = await backAgain(format, { fieldMap: mapFor(format) }, values);
        expect(states).toEqual(["Processed", "Processed"]);
        expect(after).toEqual([before, before]);
      }),
      { numRuns: 4 },
    );
  });
});
