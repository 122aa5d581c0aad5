import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import type { Azurite } from "../support/azurite.ts";
import { startAzurite } from "../support/azurite.ts";
import { groundContract } from "./groundContract.ts";
import { getOverHttp, putOverHttp } from "./groundHarness.ts";

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
