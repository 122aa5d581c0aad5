import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { notePassed, passedBytes } from "../../../shared/storage/ground/azure/passedBytes.ts";

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

test("all objects are looked at when 24 MB more have gathered than stood after the last such look", () => {
  const looks: string[] = [];
  let outside = 20 * megabyte;
  const note = passedBytes(
    (objects) => looks.push(objects),
    () => outside,
  );
  const passAt = (megabytes: number): void => {
    outside = megabytes * megabyte;
    note(8 * megabyte);
  };

  for (const megabytes of [20, 24, 25, 40, 64, 65, 41]) passAt(megabytes);

  // 25 is the first above 24; what stands behind that look, 40, is what the next ones are held against.
  expect(looks).toEqual(["young", "young", "all", "young", "young", "all", "young"]);
});

test("nothing is looked at before 8 MB have passed", () => {
  const looks: string[] = [];
  const note = passedBytes(
    (objects) => looks.push(objects),
    () => 100 * megabyte,
  );

  note(7 * megabyte);
  expect(looks).toEqual([]);
  note(megabyte);
  expect(looks).toEqual(["all"]);
});
