import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { listRecords } from "../../shared/usecases/watch/listRecords.ts";
import { exportJob, exportProject, line, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import {
  define,
  defineLines,
  exportedFiles,
  importFile,
  newestExport,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

// Keys are the same without regard to case and to blanks at their end; a record is spelled as it came first.

let ports: TestPorts;

const accounts: DataEntity = {
  name: "Accounts",
  aotName: "AccountEntity",
  isPerCompany: false,
  isChangeTracked: true,
  fields: [
    { name: "ACCOUNT", type: "string", lengthMax: 10, isKey: true, isRequired: true },
    { name: "SITE", type: "string", lengthMax: 4, isKey: true, isRequired: true },
    { name: "NAME", type: "string", lengthMax: 5, isKey: false, isRequired: false },
  ],
};

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", accounts.name, accounts);
  await defineLines(ports, [{ entity: accounts.name }]);
});

const importRows = (...rows: readonly string[]) =>
  importFile(ports, ["ACCOUNT,SITE,NAME", ...rows, ""].join("\r\n"), { entity: accounts.name });

describe("a record with the key of a stored one", () => {
  test.each([
    ["in another case", "us-001,de,New"],
    ["padded with blanks", '"US-001    ","DE  ",New'],
    ["padded beyond the length of its fields", `US-001${" ".repeat(40)},DE${" ".repeat(9)},New`],
    ["in another case and padded", '"Us-001 ",dE,New'],
  ])("%s updates it, and leaves its key as it is spelled", async (_what, row) => {
    await importRows("US-001,DE,Old");
    const { message, execution } = await importRows(row);

    expect(message.state).toBe("Processed");
    expect(execution!.entities[0]).toMatchObject({ created: 0, updated: 1, failed: 0 });
    expect(await recordsOf(ports, accounts)).toEqual([["US-001", "DE", "New"]]);
  });

  test("is unchanged when nothing but its spelling is new", async () => {
    await importRows('"us-001 ",De,Old');
    const { execution } = await importRows("US-001,DE,Old");

    expect(execution!.entities[0]).toMatchObject({ updated: 0, unchanged: 1 });
    expect(await recordsOf(ports, accounts)).toEqual([["us-001 ", "De", "Old"]]);
  });

  test("earlier in its file is a failed record that names its line", async () => {
    const { message, execution } = await importRows("US-001,DE,One", 'us-001,"de ",Two', "US-002,DE,Three");

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]).toMatchObject({ created: 2, failed: 1 });
    expect(await resultFile(ports, execution, "failed", accounts.name)).toContain("DMF1959");
    expect(await recordsOf(ports, accounts)).toEqual([
      ["US-001", "DE", "One"],
      ["US-002", "DE", "Three"],
    ]);
  });
});

test.each([
  ["blanks before it", " US-001,DE,Other"],
  ["blanks within it", "US -001,DE,Other"],
  ["its parts cut elsewhere", "US-0,01DE,Other"],
])("a key with %s is another one", async (_what, row) => {
  await importRows("US-001,DE,Old");
  const { execution } = await importRows(row);

  expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 0 });
});

test("the length of a value is counted without the blanks at its end, which are dropped where they do not fit", async () => {
  const { message } = await importRows('A,S,"abc  "', 'B,S,"abc      "', "C,S,abcde   ", "D,S,abcdef");

  expect(message.state).toBe("ProcessedWithErrors");
  expect(await recordsOf(ports, accounts)).toEqual([
    ["A", "S", "abc  "],
    ["B", "S", "abc"],
    ["C", "S", "abcde"],
  ]);
});

describe("the records of an entity", () => {
  const list = (key: readonly string[], page: { limit: number; continuation?: string } = { limit: 2 }) =>
    listRecords(ports, accounts.name, { company: undefined, key, named: new Map() }, page);

  test("are found by a key in any spelling", async () => {
    await importRows("US-001,DE,Old");

    for (const key of [
      ["us-001", "de"],
      ["US-001   ", "DE"],
      [`Us-001${" ".repeat(30)}`, "De "],
    ]) {
      expect((await list(key)).items.map(({ values }) => values)).toEqual([["US-001", "DE", "Old"]]);
    }
  });

  test("come page by page in one order, whatever the case of their keys", async () => {
    await importRows("b,X,", "A,X,", "C,X,", "a1,X,", "B2,X,");
    const names: string[] = [];
    for (let next: string | undefined = ""; next !== undefined;) {
      const page: Awaited<ReturnType<typeof list>> = await list([], { limit: 2, ...(next && { continuation: next }) });
      names.push(...page.items.map(({ values }) => values[0]!));
      next = page.continuation;
    }

    expect(names).toEqual(["A", "a1", "b", "B2", "C"]);
  });

  test("are exported in that order and as they are spelled, once each", async () => {
    await importRows("b,X,1", "A,X,1");
    await importRows("B,x,2");
    const lines = [{ ...line, entity: accounts.name, refreshType: "full" as const }];
    await define(ports, "project", exportProject.name, { ...exportProject, lines });
    await runNow(ports, exportJob);

    const files = await exportedFiles(ports, (await newestExport(ports, exportJob))!);
    expect(files.get("Accounts.csv")).toBe("ACCOUNT,SITE,NAME\r\nA,X,1\r\nb,X,2\r\n");
  });
});
