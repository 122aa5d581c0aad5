import path from "node:path";
import { describe, expect, test } from "vitest";
import { applyFolder } from "../../definitions/applyFolder.ts";
import { readFolder } from "../../definitions/folder/readFolder.ts";
import { planChanges } from "../../definitions/plan.ts";
import { memoryApi } from "./memoryApi.ts";

const examples = path.resolve(import.meta.dirname, "../../examples/definitions");

describe("the well-known entities", () => {
  test("are applied in the order of what they look up, and need nothing else", async () => {
    const api = await memoryApi();

    const done = await applyFolder(api, examples);

    const names = done.map(({ step }) => step.name);
    expect(names).toHaveLength(13);
    expect(names.indexOf("Customer groups")).toBeLessThan(names.indexOf("Customers V3"));
    expect(names.indexOf("Customers V3")).toBeLessThan(names.indexOf("Sales order headers V2"));
    expect(await planChanges(api, await readFolder(examples), { prunes: true })).toMatchObject({ steps: [] });
  });
});
