import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import type { Azurite } from "../support/azurite.ts";
import { startAzurite } from "../support/azurite.ts";
import { groundContract } from "./groundContract.ts";
import { freshName, getOverHttp, putOverHttp } from "./groundHarness.ts";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(async () => {
  await azurite.stop();
});

groundContract("Azure Storage", async () => ({
  ground: azureGround({ connectionString: azurite.connectionString }),
  advance: async (durationMs) => wait(durationMs),
  manyRows: 500,
  put: putOverHttp,
  get: getOverHttp,
}));

const block = { "x-ms-blob-type": "BlockBlob" };
const archived = { ...block, "x-ms-access-tier": "Archive" };

test.each([
  ["an append blob", [["", { "x-ms-blob-type": "AppendBlob" }]]],
  ["a page blob", [["", { "x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": "512" }]]],
  ["one that is archived", [["", archived]]],
  [
    "one that is archived over its snapshot",
    [
      ["", block],
      ["&comp=snapshot", {}],
      ["", archived],
    ],
  ],
] as const)("%s under an address that was given out is no file, and is cleared away", async (_what, calls) => {
  const ground = azureGround({ connectionString: azurite.connectionString });
  const container = freshName();
  const valet = ground.valet(container);
  await valet.look("odd");
  const address = await valet.address("odd", "write", Date.now() + 3_600_000);
  for (const [query, headers] of calls) {
    const answer = await fetch(`${address}${query}`, { method: "PUT", headers });
    expect(answer.status).toBe(201);
  }

  expect((await valet.look("odd")).blob).toBeUndefined();
  expect(await valet.join("odd", ["MDAwMDAw"])).toBeUndefined();
  await valet.clear("odd");
  expect(await ground.blobs(container).findFacts("odd")).toBeUndefined();
});
