import { afterAll, beforeAll } from "vitest";
import { setTimeout as wait } from "node:timers/promises";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { storesContract } from "./storesContract.ts";
import type { OpenStores } from "./storesHarness.ts";

let azurite: Azurite;
let opened = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(async () => {
  await azurite.stop();
});

/** Names of its own for every test, so that none sees what another left. */
function apart(ground: Ground, prefix: string): Ground {
  return {
    table: (name) => ground.table(`${prefix}${name}`),
    blobs: (name) => ground.blobs(`${prefix}-${name}`),
    queue: (name) => ground.queue(`${prefix}-${name}`),
    valet: (name) => ground.valet(`${prefix}-${name}`),
  };
}

async function openAzurite(): Promise<OpenStores> {
  const prefix = `t${(opened += 1)}`;
  const connect = (): Ground => apart(azureGround({ connectionString: azurite.connectionString }), prefix);
  const ground = connect();
  return { ground, stores: storagePorts(ground), others: storagePorts(connect()), advance: (ms) => wait(ms) };
}

storesContract("Azurite", openAzurite, 3);
