import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { Filter } from "../../shared/domain/filter/recordFilter.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { emptyEntity } from "../../shared/usecases/operate/emptyEntity.ts";
import { customerGroups, exportJob, exportProject, line, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, exportedFiles, importFile, newestExport, runNow } from "./world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const dated: DataEntity = {
  ...customerGroups,
  fields: [...customerGroups.fields.slice(0, 2), { name: "SINCE", type: "date", isKey: false, isRequired: false }],
};
let ports: TestPorts;

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", dated.name, dated);
}

beforeEach(begin);

async function useLine(changes: Partial<EntityLine>): Promise<void> {
  const lines = [{ ...line, refreshType: "incremental" as const, tombstones: true, ...changes }];
  await define(ports, "project", exportProject.name, { ...exportProject, lines });
}

async function store(rows: readonly string[], truncateFirst = false): Promise<void> {
  await defineLines(ports, [{ truncateFirst }]);
  await importFile(ports, `CustomerGroupId,Description,Since\r\n${rows.map((row) => `${row}\r\n`).join("")}`);
}

const rowsOf = (text: string | undefined) => text?.split("\r\n").slice(1, -1);

/** The rows of both files; undefined for a file that there is not. */
async function exportNow(job: RecurringJob = exportJob, afterMs = minute) {
  ports.advance(afterMs);
  await define(ports, "job", job.activityId, job);
  await runNow(ports, job);
  const message = (await newestExport(ports, job))!;
  const files = message.file ? await exportedFiles(ports, message) : new Map<string, string>();
  const [entity] = (await ports.executions.find(message.executionId!))!.entities;
  const found = {
    records: rowsOf(files.get("Customer groups.csv")),
    deleted: rowsOf(files.get("Customer groups.deleted.csv")),
  };
  return { ...found, files, entity: entity!, message };
}

const described = (criteria: string): Filter => [{ field: "DESCRIPTION", criteria }];

describe("tombstones of an incremental export", () => {
  test("name the keys of what changed and is not selected by now, in a file of their own", async () => {
    await useLine({ filter: described("a*") });
    await store(["10,a,", "20,a,", "30,b,"]);
    expect(await exportNow()).toMatchObject({ records: ["10,a,", "20,a,"], deleted: undefined });
    await store(["20,b,", "30,c,", "40,a,"]);

    const { records, deleted, files, entity } = await exportNow();
    expect([records, deleted]).toEqual([["40,a,"], ["20", "30"]]);
    expect(files.get("Customer groups.deleted.csv")).toMatch(/^CUSTOMERGROUPID\r\n/);
    expect([...files.keys()]).toEqual([
      "PackageHeader.xml",
      "Manifest.xml",
      "Customer groups.csv",
      "Customer groups.deleted.csv",
    ]);
    expect(files.get("Manifest.xml")).not.toContain("deleted");
    expect(entity).toMatchObject({ refresh: "incremental", exported: 1, deleted: 2 });
  });

  test("are a file without rows where nothing left, and no file where nobody asked for them", async () => {
    await useLine({});
    await store(["10,a,"]);
    await exportNow();
    await store(["10,b,"]);
    expect(await exportNow()).toMatchObject({ records: ["10,b,"], deleted: [] });
    await useLine({ tombstones: false });
    await store(["10,c,"]);

    const { files, entity } = await exportNow();
    expect([...files.keys()]).toHaveLength(3);
    expect(entity).not.toHaveProperty("deleted");
  });

  test("have the names of the key's columns that the line's map gives them, in the line's format", async () => {
    const fieldMap = [
      { field: "DESCRIPTION", ignoreBlank: false },
      { field: "CUSTOMERGROUPID", column: "Group", ignoreBlank: false },
    ];
    await useLine({ filter: described("a"), fieldMap, format: "TAB", sort: [{ field: "SINCE" }] });
    await store(["10,a,"]);
    await exportNow();
    await store(["10,b,"]);

    expect((await exportNow()).files.get("Customer groups.deleted.txt")).toBe("Group\r\n10\r\n");
  });

  test.each([
    ["Semicolon", "csv", "CUSTOMERGROUPID\r\n10\r\n"],
    ["CSV-Unicode", "csv", "10"],
    ["XML-Element", "xml", "<CUSTOMERGROUPID>10</CUSTOMERGROUPID>"],
    ["XML-Attribute", "xml", 'CUSTOMERGROUPID="10"'],
  ])("are written as %s", async (format, extension, expected) => {
    await useLine({ filter: described("a"), format });
    await store(["10,a,"]);
    await exportNow();
    await store(["10,b,"]);

    const text = (await exportNow()).files.get(`Customer groups.deleted.${extension}`)!;
    expect(text.replaceAll("\u0000", "")).toContain(expected);
  });

  test("are told although no record is exported, and so is that all is to be read anew", async () => {
    await useLine({ filter: described("a") });
    await store(["10,a,"]);
    await exportNow();
    await store(["10,b,"]);
    expect(await exportNow()).toMatchObject({
      records: [],
      deleted: ["10"],
      message: { totalRecords: 0, isFileUploaded: true },
    });
    expect((await exportNow()).message).not.toHaveProperty("file");
    await emptyEntity(ports, dated.name, { company: "USMF", count: 1 }, operator);

    expect(await exportNow()).toMatchObject({ records: [], deleted: undefined, entity: { refresh: "full" } });
  });

  test("go with what the days took out of the filter, although nothing of it changed", async () => {
    await useLine({ filter: [{ field: "SINCE", criteria: "(DayRange(-1,0))" }] });
    await store(["10,a,2026-11-23", "20,a,2026-11-24", "30,a,2026-11-25", "40,a,2026-10-01"]);
    expect((await exportNow()).records).toHaveLength(2);

    expect(await exportNow(exportJob, day)).toMatchObject({ records: ["30,a,2026-11-25"], deleted: ["10"] });
    expect(await exportNow()).toMatchObject({ records: undefined });
  });

  test("begin with a full export where an earlier one had none", async () => {
    await useLine({ filter: described("a"), tombstones: false });
    await store(["10,a,", "20,a,"]);
    await exportNow();
    await store(["20,b,"]);
    await exportNow();
    await useLine({ filter: described("a") });

    expect(await exportNow()).toMatchObject({ records: ["10,a,"], deleted: undefined });
  });

  test("stand beside the file of another entity that has their name", async () => {
    const namesake = { ...dated, name: "Customer groups.deleted", aotName: "Namesake" };
    await define(ports, "entity", namesake.name, namesake);
    const lines = [
      { ...line, refreshType: "incremental" as const, tombstones: true, filter: described("a") },
      { ...line, entity: namesake.name },
    ];
    await define(ports, "project", exportProject.name, { ...exportProject, lines });
    await store(["10,a,"]);
    await exportNow();
    await store(["10,b,"]);

    const { files } = await exportNow();
    expect(rowsOf(files.get("Customer groups.deleted 2.csv"))).toEqual(["10"]);
    expect(rowsOf(files.get("Customer groups.deleted.csv"))).toEqual([]);
  });
});

const sorted = (texts: Iterable<string>) => [...texts].toSorted((one, other) => (one < other ? -1 : 1));

describe("a package with tombstones", () => {
  test("comes in again as the records that it holds, without a word about those that are gone", async () => {
    await useLine({ filter: described("a") });
    await store(["10,a,", "20,a,"]);
    await exportNow();
    await store(["20,b,", "30,a,"]);
    const { message } = await exportNow();
    const bytes = await collectBytes(ports.files.read("outbound", message.file!), 1e6, "a package");

    const { execution, message: imported } = await importFile(ports, bytes, {}, packageJob);
    expect(imported.state).toBe("Processed");
    expect(execution!.entities).toMatchObject([{ fileName: "Customer groups.csv", rowsRead: 1, unchanged: 1 }]);
    expect(execution!.warnings.filter((text) => text.includes("deleted"))).toEqual([]);
  });
});

describe("a receiver that goes by the files", () => {
  const key = fc.integer({ min: 1, max: 6 }).map(String);
  const text = fc.constantFrom("a", "b", "");
  const since = fc.integer({ min: 22, max: 28 }).map((date) => `2026-11-${date}`);
  const rows = fc.uniqueArray(fc.tuple(key, text, since), { maxLength: 4, selector: ([id]) => id });
  const filters = fc.constantFrom<
    readonly [Filter | undefined, (description: string, since: string, today: string) => boolean]
  >(
    [undefined, () => true],
    [described("a"), (description) => description === "a"],
    [described("!a"), (description) => description !== "a"],
    [[{ field: "SINCE", criteria: "T.." }], (_, from, today) => from >= today],
    [
      [
        { field: "SINCE", criteria: "<T" },
        { field: "DESCRIPTION", criteria: '!""' },
      ],
      (description, from, today) => from < today && description !== "",
    ],
  );
  const steps = fc.oneof(
    { weight: 3, arbitrary: rows.map((changes) => ({ do: "store", changes, truncates: false }) as const) },
    {
      weight: 1,
      arbitrary: rows
        .filter((changes) => changes.length > 0)
        .map((changes) => ({ do: "store", changes, truncates: true }) as const),
    },
    { weight: 1, arbitrary: filters.map((filter) => ({ do: "filter", filter }) as const) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 }).map((days) => ({ do: "export", days }) as const) },
  );

  test("has what the filter selects after each export, whatever was changed, emptied, filtered or waited for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 12 }), fc.boolean(), async (all, preventUploadAtZeroRecords) => {
        await begin();
        await useLine({});
        let selects = (_description: string, _since: string, _today: string): boolean => true;
        const after: (readonly [readonly string[], readonly string[]])[] = [];
        const [stored, received] = [new Map<string, string>(), new Map<string, string>()];
        for (const step of all) {
          if (step.do === "store") {
            await store(
              step.changes.map((row) => row.join(",")),
              step.truncates,
            );
            if (step.truncates) stored.clear();
            for (const row of step.changes) stored.set(row[0], row.join(","));
          } else if (step.do === "filter") {
            const [filter, judge] = step.filter;
            await useLine(filter ? { filter } : {});
            selects = judge;
          } else {
            const { records, deleted } = await exportNow(
              { ...exportJob, preventUploadAtZeroRecords },
              step.days * day + minute,
            );
            if (records && !deleted) received.clear();
            for (const row of records ?? []) received.set(row.split(",")[0]!, row);
            for (const id of deleted ?? []) received.delete(id);
            const today = new Date(ports.clock.now()).toISOString().slice(0, 10);
            const expected = [...stored].filter(([, row]) => selects(row.split(",")[1]!, row.split(",")[2]!, today));
            after.push([sorted(received.values()), sorted(expected.map(([, row]) => row))]);
          }
        }
        expect(after.map(([found]) => found)).toEqual(after.map(([, expected]) => expected));
      }),
      { numRuns: 40 },
    );
  });
});
