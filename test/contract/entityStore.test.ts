import { setImmediate } from "node:timers/promises";
import { describe } from "vitest";
import { memoryEntityStore } from "../support/memoryEntityStore.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { entityNumbersContract } from "./entityNumbersContract.ts";
import { entityStoreContract } from "./entityStoreContract.ts";
import { hashedLimits, tinyLimits } from "./entityStoreLimits.ts";

describe("the entity store in maps", () => {
  const openStore = async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    const store = memoryEntityStore(() => clock.now);
    return { writers: [store, store, store, store], clock } as const;
  };
  entityStoreContract(openStore);
  entityNumbersContract(openStore);
});

for (const [name, limits] of [
  ["with its own limits", {}],
  ["with tiny frames, segments and layers", tinyLimits],
  ["with hashes of every line", hashedLimits],
] as const) {
  describe(`the entity store on blobs ${name}`, () => {
    const openStore = async () => {
      const clock = { now: Date.UTC(2026, 0, 1) };
      const blobs = memoryGround().blobs("entities");
      const open = () => blobEntityStore(blobs, { now: () => clock.now, wait: () => setImmediate(), limits });
      return { writers: [open(), open(), open(), open()], clock } as const;
    };
    entityStoreContract(openStore);
    entityNumbersContract(openStore);
  });
}
