import { linesOf, recordsIn } from "../../shared/domain/recordLines.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { startAzurite, type Azurite } from "../support/azurite.ts";
import { entityNumbersContract } from "./entityNumbersContract.ts";
import { entityStoreContract } from "./entityStoreContract.ts";
import { tinyLimits } from "./entityStoreLimits.ts";
import { freshName } from "./groundHarness.ts";

let azurite: Azurite;
let ground: Ground;

beforeAll(async () => {
  azurite = await startAzurite();
  ground = azureGround({ connectionString: azurite.connectionString });
});

afterAll(async () => {
  await azurite?.stop();
});

for (const [name, limits] of [
  ["with its own limits", {}],
  ["with tiny frames, segments and layers", tinyLimits],
] as const) {
  describe(`the entity store on Azurite ${name}`, () => {
    const openStore = async () => {
      const clock = { now: Date.now() };
      const blobs = ground.blobs(freshName());
      const open = () => blobEntityStore(blobs, { now: () => clock.now, limits });
      return { writers: [open(), open(), open(), open()], clock } as const;
    };
    entityStoreContract(openStore);
    entityNumbersContract(openStore);
  });
}

test("staging spills to Azurite and leaves nothing there", async () => {
  const blobs = ground.blobs(freshName());
  const staging = blobStaging(blobs, { limits: { bufferBytes: 10_000, frameBytes: 2000 } }).open("execution");
  const rows = Array.from({ length: 1000 }, (_, row) => ({
    key: String((row * 37) % 1000),
    number: row,
    values: [`${row}`, undefined],
  }));
  await staging.add(linesOf(rows));
  const staged = await staging.finish();
  const read = [];
  for await (const batch of staged.records()) read.push(...recordsIn(batch));
  const spilled = (await blobs.list("", { limit: 100 })).items.length;
  await staged.discard();

  expect(read).toEqual(rows.toSorted((one, other) => (one.key < other.key ? -1 : 1)));
  expect(spilled).toBeGreaterThan(2);
  expect((await blobs.list("", { limit: 100 })).items).toEqual([]);
});
