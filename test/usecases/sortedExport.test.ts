import { beforeEach, describe, expect, test } from "vitest";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { exportJob, exportProject, line, operator, seed } from "../support/definitions.ts";
import { csv } from "../support/formats.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, exportedFiles, importFile, newestExport } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function useLine(changes: Partial<EntityLine>): Promise<void> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, ...changes }] });
}

const store = (...rows: readonly string[]) =>
  importFile(ports, `CustomerGroupId,Description,CreditLimit\r\n${rows.map((row) => `${row}\r\n`).join("")}`);

async function exported(changes: Partial<TestPorts> = {}): Promise<readonly string[]> {
  ports.advance(60_000);
  await runJobNow(ports, exportJob.activityId, operator);
  await ports.drain(changes);
  const message = (await newestExport(ports, exportJob))!;
  if (!message.file) throw new Error(message.lastError);
  return (await exportedFiles(ports, message)).get("Customer groups.csv")!.split("\r\n").slice(1, -1);
}

const stagedBlobs = async () => (await ports.ground.blobs(containerNames.staging).list("", { limit: 10 })).items;

describe("a sorted export", () => {
  test("has its rows in the order of the line's fields, those that are equal in key order", async () => {
    await store("10,b,2", "20,a,10", "30,b,", "40,A,-1", "50,b,2");
    await useLine({ sort: [{ field: "description", descending: true }, { field: "CREDITLIMIT" }] });

    expect(await exported()).toEqual(["30,b,,", "10,b,,2", "50,b,,2", "40,A,,-1", "20,a,,10"]);
  });

  test("may be sorted by what the file does not hold, and holds what its filter selects", async () => {
    await store("10,b,2", "20,a,10", "30,c,5", "40,a,1");
    const fieldMap = [{ field: "CUSTOMERGROUPID", column: "Id", ignoreBlank: false }];
    await useLine({
      sort: [{ field: "CREDITLIMIT", descending: true }],
      filter: [{ field: "DESCRIPTION", criteria: "!c" }],
      fieldMap,
    });

    expect(await exported()).toEqual(["20", "10", "40"]);
  });

  test("takes no more memory however many records there are, and leaves nothing in storage", async () => {
    const limits = { bufferBytes: 4096, frameBytes: 512, batchRecords: 7, spillsMax: 3 };
    let spilled = 0;
    const blobs = ports.ground.blobs(containerNames.staging);
    const counting: typeof blobs = { ...blobs, putStream: (...given) => ((spilled += 1), blobs.putStream(...given)) };
    const rows = Array.from({ length: 500 }, (_, index) => `${index},x,${(index * 7919) % 500}`);
    await store(...rows);
    await useLine({ sort: [{ field: "CREDITLIMIT" }] });
    const limit = (row: string): number => Number(row.split(",").at(-1));

    const sorted = await exported({ staging: blobStaging(counting, { limits }) });
    expect(sorted).toHaveLength(500);
    expect(sorted.map(limit)).toEqual(sorted.map(limit).toSorted((one, other) => one - other));
    expect(spilled).toBeGreaterThan(3);
    expect(await stagedBlobs()).toEqual([]);
  });

  test("names a record that cannot be written by its key", async () => {
    await store("10,é漢,1", "20,a,2");
    await define(ports, "format", "Latin", { ...csv, name: "Latin", codePage: 1252 });
    const fieldMap = [{ field: "DESCRIPTION", ignoreBlank: false }];
    await useLine({ sort: [{ field: "CREDITLIMIT", descending: true }], format: "Latin", fieldMap });

    await expect(exported()).rejects.toThrow('Record "10", field "DESCRIPTION"');
    expect(await stagedBlobs()).toEqual([]);
  });
});
