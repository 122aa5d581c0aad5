import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { notePassed } from "../../../shared/storage/ground/azure/passedBytes.ts";

const megabyte = 1024 * 1024;

function held(): number {
  return process.memoryUsage().arrayBuffers;
}

/** Bytes that nobody holds afterwards, with next to no other garbage. */
async function receive(megabytes: number): Promise<void> {
  for (let received = 0; received < megabytes; received += 1) {
    expect(new Uint8Array(megabyte).length).toBe(megabyte);
    notePassed(megabyte);
    await setImmediate();
  }
}

test("bytes that nobody holds any more do not pile up while others come", async () => {
  await receive(16);
  const before = held();
  let most = 0;

  for (let round = 0; round < 20; round += 1) {
    await receive(8);
    most = Math.max(most, held() - before);
  }

  expect(most).toBeLessThan(24 * megabyte);
});
