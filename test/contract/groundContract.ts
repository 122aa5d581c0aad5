import { describe } from "vitest";
import { blobContract } from "./groundBlobContract.ts";
import type { GroundHarness } from "./groundHarness.ts";
import { queueContract } from "./groundQueueContract.ts";
import { rowContract } from "./groundRowContract.ts";
import { streamContract } from "./groundStreamContract.ts";
import { tableContract } from "./groundTableContract.ts";
import { valetContract } from "./groundValetContract.ts";

/** Every sentence of `ground.ts`, asked of one ground. */
export function groundContract(name: string, open: () => Promise<GroundHarness>): void {
  describe(`${name} as a ground`, () => {
    rowContract(open);
    tableContract(open);
    blobContract(open);
    streamContract(open);
    queueContract(open);
    valetContract(open);
  });
}
