import { beforeEach, describe, expect, test } from "vitest";
import { importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { findByExternalIdentifier, findById } from "../../shared/usecases/watch/searchMessages.ts";
import { listAllMessages } from "../../shared/usecases/watch/listAllMessages.ts";
import { claim, finishImport } from "../../shared/domain/inboundMessage.ts";
import { accept, chunksOf, idAt, inbound, noon } from "../contract/storesHarness.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function wait(number: number, externalIdentifier: string): Promise<string> {
  const changes = { activityId: importJobId, externalIdentifier };
  return (await accept(ports.messages, inbound(number, changes))).id;
}

async function end(number: number, externalIdentifier: string): Promise<string> {
  const id = await wait(number, externalIdentifier);
  const stored = (await ports.messages.findInbound(importJobId, id))!;
  await ports.messages.replace(stored, finishImport(claim(stored.value, noon, 1, id), "PreProcessingError", noon));
  return id;
}

describe("a search across all jobs", () => {
  test("finds by its name what waits behind a long line of others", async () => {
    for (let number = 0; number < 150; number++) await wait(number, "other.csv");
    const wanted = await wait(150, "wanted.csv");

    const { items, isCut } = await findByExternalIdentifier(ports, "wanted");
    expect([items.map(({ id }) => id), isCut]).toEqual([[wanted], false]);
    expect((await findByExternalIdentifier(ports, "other")).isCut).toBe(true);
  });

  test("finds by its whole name what begins as many others do, however long that is", async () => {
    const folder = "https://files.example/".padEnd(200, "long/");
    for (let number = 0; number < 150; number++) await end(number, `${folder}other.csv`);
    const wanted = await end(150, `${folder}wanted.csv`);

    const { items, isCut } = await findByExternalIdentifier(ports, `${folder}Wanted`);
    expect([items.map(({ id }) => id), isCut]).toEqual([[wanted], false]);
  });

  test("says that there may be more where files of exports were all that it could look at", async () => {
    const id = idAt(noon);
    for (let file = 0; file < 2001; file++) await ports.files.store("outbound", `${id}/${file}`, chunksOf(""));

    expect(await findById(ports, id.slice(0, 8))).toEqual({ items: [], isCut: true });
    expect(await findById(ports, "ffffffff")).toEqual({ items: [], isCut: false });
  });
});

describe("the list of what waits in all jobs", () => {
  test("says where a job has more than were looked at", async () => {
    for (let number = 0; number < 1000; number++) await wait(number, "other.csv");
    const list = () => listAllMessages(ports, { standing: "waiting" }, { limit: 2 });
    expect(await list()).toMatchObject({ isCut: false, items: [{}, {}] });
    await wait(1000, "other.csv");

    expect(await list()).toMatchObject({ isCut: true, items: [{}, {}] });
  });
});
