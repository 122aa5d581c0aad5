import path from "node:path";
import { describe, expect, test } from "vitest";
import { seedFolder } from "../../local/seedFolder.ts";
import { folderOf, shop } from "../definitions/folders.ts";
import { memoryApi } from "../definitions/memoryApi.ts";

const clientId = "00000000-0000-4000-8000-0000000000c1";

describe("a seed", () => {
  test("of CSV files makes an entity, a project and a job for each, the same at each start", async () => {
    const api = await memoryApi();
    const folder = await folderOf({
      "customer-groups.csv": "Group,Description,Days\n10,Wholesale,30\n20,Retail,14\n",
      "Lieferanten 48.csv": "Konto;Name\nV-1;Müller\nV-2;Meier\n",
      "notes.txt": "",
    });

    const first = await seedFolder(api, folder);
    const again = await seedFolder(api, folder);

    expect(first.stored).toEqual(
      ["Lieferanten 48", "Customer groups"].flatMap((name) => [
        `data entity "${name}"`,
        `data project "${name}"`,
        `recurring data job "${name}"`,
      ]),
    );
    expect(again).toEqual({ ...first, stored: [] });
    expect(first.sends).toMatchObject([
      { entity: "Lieferanten 48", clientId, file: expect.stringMatching(/Lieferanten 48\.csv$/u) },
      { entity: "Customer groups", clientId, file: expect.stringMatching(/customer-groups\.csv$/u) },
    ]);
    expect((await api("GET", "projects/Lieferanten%2048")).json).toMatchObject({ lines: [{ format: "Semicolon" }] });
    const { activityId } = first.sends[1]!;
    expect((await api("GET", `jobs/${activityId}`)).json).toMatchObject({ project: "Customer groups" });
  });

  test("of definitions tells of each line that takes files", async () => {
    const { stored, sends } = await seedFolder(await memoryApi(), await folderOf(shop));

    expect(stored).toHaveLength(9);
    expect(sends.map(({ entity }) => entity)).toEqual(["order headers", "Groups"]);
  });

  test("of definitions takes the values of an environment, as they are applied with", async () => {
    const job = "jobs/orders-in.yaml";
    const folder = await folderOf({ ...shop, [job]: shop[job]!.replace("company: USMF", "company: ${company}") });
    const values = path.join(await folderOf({ "here.yaml": "company: DEMF\n" }), "here.yaml");
    const api = await memoryApi();

    await seedFolder(api, folder, values);

    expect((await api("GET", "jobs/0000000a-0000-4000-8000-0000000000aa")).json).toMatchObject({ company: "DEMF" });
    await expect(seedFolder(api, folder)).rejects.toThrow("company");
    await expect(seedFolder(api, await folderOf({ "a.csv": "A,B\n1,2\n" }), values)).rejects.toThrow(
      "CSV files take no --values",
    );
  });

  test("of neither is refused", async () => {
    await expect(seedFolder(await memoryApi(), await folderOf({ "a.txt": "" }))).rejects.toThrow(
      "neither definitions (formats/, stylesheets/, number-sequences/, entities/, projects/, jobs/) nor CSV files",
    );
  });
});
