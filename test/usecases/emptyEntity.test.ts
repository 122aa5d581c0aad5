import { oneBatch } from "../support/records.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { emptyEntity } from "../../shared/usecases/operate/emptyEntity.ts";
import { countEntityRecords } from "../../shared/usecases/watch/countEntityRecords.ts";
import { asGroups, customerGroups, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { csv, ref } from "../crash/clients.ts";
import { importFile, recordsOf } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await importFile(ports, csv("10,Wholesale,1", "20,Retail,2"));
});

const empty = (count: number, company?: string) =>
  emptyEntity(ports, customerGroups.name, { company, count }, operator);

describe("the records of an entity", () => {
  test("are counted and removed by whoever knows how many they are", async () => {
    const { count } = await countEntityRecords(ports, "customer groups", "usmf");

    expect([count, await empty(count, "USMF")]).toEqual([2, { removed: 2 }]);
    expect(await recordsOf(ports)).toEqual([]);
    expect(await countEntityRecords(ports, customerGroups.name, "USMF")).toEqual({ count: 0 });
  });

  test("stay when there are more or fewer than the caller says, and the answer tells how many", async () => {
    await expect(empty(3, "USMF")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("holds 2 records here, not 3"),
    });
    expect(await recordsOf(ports)).toHaveLength(2);
  });

  test("stay when an import brought one between the caller's look and the removal", async () => {
    const { entities } = ports;
    const racing: TestPorts["entities"]["upsert"] = async (target, commit) => {
      await entities.upsert(target, {
        idempotencyKey: "meanwhile",
        fence: 1,
        columns: ["CUSTOMERGROUPID"],
        records: () => oneBatch({ key: "30", values: ["30"] }),
        truncateFirst: false,
        ...asGroups,
      });
      return entities.upsert(target, commit);
    };

    const removal = emptyEntity(
      { ...ports, entities: { ...entities, upsert: racing } },
      customerGroups.name,
      { company: "USMF", count: 2 },
      operator,
    );

    await expect(removal).rejects.toMatchObject({ code: "conflict" });
    expect(await entities.count(ref)).toBe(3);
  });

  test("are those of one company, which must be named", async () => {
    await expect(empty(2)).rejects.toMatchObject({ code: "invalid", members: [{ path: "company" }] });
    expect(await empty(0, "DEMF")).toEqual({ removed: 0 });
    expect(await recordsOf(ports)).toHaveLength(2);
  });
});
