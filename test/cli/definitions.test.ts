import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { folderOf, shop } from "../definitions/folders.ts";
import { memoryFetch } from "../definitions/memoryApi.ts";
import { run } from "./terminal.ts";

describe("plan, apply and export", () => {
  test("bring a service to what a folder says, and write a folder of what it has", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const [folder, copy] = [await folderOf(shop), await folderOf({})];

    const planned = await run(["plan", folder, "--check"], surroundings);
    const applied = await run(["apply", folder], surroundings);
    const again = await run(["plan", folder, "--check", "--json"], surroundings);
    const exported = await run(["export", copy, "--as-json"], surroundings);

    expect(planned).toMatchObject({ code: 1, err: "" });
    expect(planned.out).toContain('+ data entity "Order headers"\n');
    expect(planned.out).toContain("9 to create, 0 to change, 0 to delete, 0 as they are to be.");
    expect(applied.out.split("\n").at(-1)).toBe("9 written, 0 refused, 0 as they were to be.");
    expect(again).toMatchObject({ code: 0, json: { steps: [], unchanged: 9, kept: [] } });
    expect(exported).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(`${copy}/formats/bars.json`, "utf8"))).toMatchObject({ columnDelimiter: "|" });
    expect(await run(["plan", copy, "--check", "--prune"], surroundings)).toMatchObject({ code: 0 });
  });

  test("tell each member that changes", async () => {
    const surroundings = { fetch: await memoryFetch() };
    await run(["apply", await folderOf(shop)], surroundings);
    const changed = { ...shop, "formats/bars.json": '{ "name": "Bars", "columnDelimiter": ";" }' };

    const { out } = await run(["plan", await folderOf(changed)], surroundings);

    expect(out.split("\n").slice(0, 2)).toEqual(['~ source data format "Bars"', "    ~ columnDelimiter: | → ;"]);
  });

  test("end with 5 where the service refuses one, and say which", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const folder = await folderOf({
      "projects/a.yaml": "name: A\ndirection: import\nlines: [{ entity: B, format: CSV }]\n",
    });

    const { code, out } = await run(["apply", folder], surroundings);

    expect(code).toBe(5);
    expect(out).toContain(
      '! data project "A": Data project "A" cannot be saved: lines[0].entity: There is no data entity "B".',
    );
  });

  test.each([
    [["plan"], "Say one folder of definitions."],
    [["apply", "/nowhere"], "no such file or directory"],
    [["export"], "Say one folder to write to."],
  ])("end %j with 2 and a reason", async (args, reason) => {
    const { code, err } = await run(args);

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(reason) });
  });
});
