import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applyPlan, type Done } from "../../definitions/apply.ts";
import { exportDefinitions } from "../../definitions/exportDefinitions.ts";
import { readFolder } from "../../definitions/folder/readFolder.ts";
import type { ManagementApi } from "../../definitions/managementApi.ts";
import { type Plan, planChanges } from "../../definitions/plan.ts";
import { importJob, seed } from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { push } from "../usecases/world.ts";
import { folderOf, shop } from "./folders.ts";
import { memoryApi } from "./memoryApi.ts";

async function plan(api: ManagementApi, files: Readonly<Record<string, string>>, prunes = false): Promise<Plan> {
  return planChanges(api, await readFolder(await folderOf(files)), { prunes });
}

async function apply(api: ManagementApi, planned: Plan): Promise<readonly Done[]> {
  return applyPlan(api, planned, () => undefined);
}

const refusals = (done: readonly Done[]) => done.flatMap(({ refusal }) => refusal ?? []);
const shown = ({ steps }: Plan) => steps.map(({ action, name }) => `${action} ${name}`);

describe("a folder of definitions", () => {
  test("is applied whatever names what, and then there is nothing left to do", async () => {
    const api = await memoryApi();
    const first = await plan(api, shop);

    const done = await apply(api, first);

    expect(refusals(done)).toEqual([]);
    expect(shown(first)).toHaveLength(9);
    expect(shown(first).at(-1)).toBe("create Orders in");
    expect(await plan(api, shop, true)).toMatchObject({ steps: [], kept: [] });
  });

  test("is told by its members where the service says otherwise", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));
    const changed = { ...shop, "formats/bars.json": '{ "name": "bars", "columnDelimiter": ";" }' };

    const { steps } = await plan(api, changed);

    expect(steps).toHaveLength(1);
    expect(steps[0]?.changes.map(({ path, before, after }) => [path, before, after])).toEqual([
      ["name", "Bars", "bars"],
      ["columnDelimiter", "|", ";"],
    ]);
  });

  test("writes nothing over what somebody changed after it was planned", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));
    const planned = await plan(api, { ...shop, "formats/bars.json": '{ "name": "Bars", "columnDelimiter": ";" }' });
    const between = await plan(api, { ...shop, "formats/bars.json": '{ "name": "Bars", "columnDelimiter": "~" }' });
    await apply(api, between);

    const done = await apply(api, planned);

    expect(refusals(done)).toEqual([expect.stringContaining("was made, changed or deleted by somebody")]);
    expect((await api("GET", "formats/Bars")).json).toMatchObject({ columnDelimiter: "~" });
  });

  test("makes nothing in the place of what somebody made after it was planned", async () => {
    const api = await memoryApi();
    const planned = await plan(api, { "formats/bars.json": '{ "name": "Bars", "columnDelimiter": "|" }' });
    await apply(api, await plan(api, { "formats/bars.json": '{ "name": "Bars", "columnDelimiter": "~" }' }));

    const done = await apply(api, planned);

    expect(refusals(done)).toEqual([expect.stringContaining("was made, changed or deleted by somebody")]);
    expect((await api("GET", "formats/Bars")).json).toMatchObject({ columnDelimiter: "~" });
  });

  test("leaves what the service has beside it, until it is told to prune", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));
    const less = Object.fromEntries(Object.entries(shop).filter(([file]) => !/^(?:jobs|projects)/u.test(file)));
    const emptied = { ...less, "jobs/.keep": "", "projects/.keep": "" };

    const kept = await plan(api, emptied);
    const pruned = await plan(api, emptied, true);
    const done = await apply(api, pruned);

    expect(kept.steps).toEqual([]);
    expect(kept.kept.map(({ name }) => name)).toEqual(["Orders", "Orders in"]);
    expect(shown(pruned)).toEqual(["delete Orders in", "delete Orders"]);
    expect(refusals(done)).toEqual([]);
    expect((await api("GET", "projects?limit=5")).json).toEqual({ items: [] });
  });

  test("prunes no job that has messages open, and disables it", async () => {
    const ports = memoryPorts();
    await seed(ports);
    await push(ports, "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n");
    const api = await memoryApi(ports);

    const done = await apply(api, await plan(api, { "jobs/.keep": "" }, true));

    const kept = done.filter(({ refusal }) => refusal);
    expect(kept.map(({ step }) => step.id)).toEqual([importJob.activityId]);
    expect(kept[0]?.refusal).toMatch(/\(409\)/u);
    expect((await api("GET", `jobs/${importJob.activityId}`)).json).toMatchObject({ isEnabled: false });
  });

  test("prunes none of a kind that has no folder", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));

    const pruned = await plan(api, { "formats/bars.json": shop["formats/bars.json"]! }, true);

    expect(pruned).toMatchObject({ steps: [], kept: [] });
  });

  test("does what does not hang on what is refused, and says why the rest is not done", async () => {
    const api = await memoryApi();
    const { "entities/lines.yaml": _lines, ...incomplete } = shop;

    const done = await apply(api, await plan(api, incomplete));

    expect(done.filter(({ refusal }) => refusal).map(({ step }) => step.name)).toEqual([
      "Order headers",
      "Orders",
      "Orders in",
    ]);
    expect(refusals(done)[0]).toContain('There is no data entity "Order lines"');
    expect((await api("GET", "entities/Groups")).status).toBe(200);
  });
});

test("What a later version of the service says is not taken for what is known here", async () => {
  const api: ManagementApi = async () => ({ status: 200, etag: '"1"', json: { name: "Bars", quoting: "always" } });

  await expect(plan(api, { "formats/bars.json": '{ "name": "Bars" }' })).rejects.toThrow(
    'The source data format "Bars" of the service is not understood here: quoting: There is no such member.',
  );
});

describe("an export", () => {
  test("is a folder by which nothing changes, and says no more than is needed", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));
    const folder = await folderOf({});

    await exportDefinitions(api, folder, { prunes: false, asJson: false });

    const read = await readFolder(folder);
    expect(read.definitions.map(({ file }) => file)).toEqual([
      "formats/bars.yaml",
      "stylesheets/senders-orders.yaml",
      "number-sequences/group-numbers.yaml",
      "entities/groups.yaml",
      "entities/order-headers.yaml",
      "entities/order-lines.yaml",
      "entities/owners.yaml",
      "projects/orders.yaml",
      "jobs/orders-in.yaml",
    ]);
    expect(await planChanges(api, read, { prunes: true })).toMatchObject({ steps: [], kept: [] });
    expect(await readFile(`${folder}/formats/bars.yaml`, "utf8")).toBe(
      '# yaml-language-server: $schema=../schemas/formats.json\nkind: delimited\nname: Bars\ncolumnDelimiter: "|"\n',
    );
  });

  test("has files that every system takes, and one for each name", async () => {
    const api = await memoryApi();
    const names = ["Con", "Größe/Ä", "Grosse a", "../Grosse a", "…"];
    const formats = names.map((name, at) => [`formats/${at}.json`, JSON.stringify({ name })] as const);
    await apply(api, await plan(api, Object.fromEntries(formats)));

    const { written } = await exportDefinitions(api, await folderOf({}), { prunes: false, asJson: true });

    expect(written.toSorted()).toEqual([
      "formats/con-definition.json",
      "formats/definition.json",
      "formats/gro-e-a.json",
      "formats/grosse-a-2.json",
      "formats/grosse-a.json",
    ]);
  });

  test("into a folder that is there touches only what changed, and removes files when it is told to", async () => {
    const api = await memoryApi();
    await apply(api, await plan(api, shop));
    const folder = await folderOf({
      ...shop,
      "formats/bars.json": '{ "name": "Bars", "columnDelimiter": "~" }',
      "formats/gone.yaml": "name: Gone\n",
    });

    const kept = await exportDefinitions(api, folder, { prunes: false, asJson: false });
    const pruned = await exportDefinitions(api, folder, { prunes: true, asJson: false });

    expect(kept).toEqual({
      written: ["formats/bars.json"],
      stale: ["formats/gone.yaml"],
      unchanged: 8,
      overwritten: [],
    });
    expect(pruned).toEqual({ written: [], stale: ["formats/gone.yaml"], unchanged: 9, overwritten: [] });
    expect((await readFolder(folder)).definitions).toHaveLength(9);
  });
});
