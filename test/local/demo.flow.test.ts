import { describe, expect, test } from "vitest";
import { readFolder } from "../../definitions/folder/readFolder.ts";
import { applyFolder } from "../../definitions/applyFolder.ts";
import { demoFolder, exportActivityId, importActivityId, packageActivityId } from "../../local/demo/definitions.ts";
import { memoryApi } from "../definitions/memoryApi.ts";

describe("the demo", () => {
  test("is a folder that a service takes as it is, under the ids that are told", async () => {
    const api = await memoryApi();

    const done = await applyFolder(api, demoFolder);

    expect(done.map(({ step }) => step.name)).toEqual([
      "Customer groups",
      "Customer groups in",
      "Customer groups out",
      "Customer group export",
      "Customer group files",
      "Customer group packages",
    ]);
    const { definitions } = await readFolder(demoFolder);
    expect(definitions.filter(({ kind }) => kind.name === "job").map(({ id }) => id)).toEqual([
      exportActivityId,
      importActivityId,
      packageActivityId,
    ]);
  });
});
