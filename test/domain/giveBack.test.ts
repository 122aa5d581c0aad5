import { expect, test } from "vitest";
import { giveBack } from "../../shared/domain/giveBack.ts";

test("bytes that were given back take no memory any more, without a collection of garbage", () => {
  const bytes = Buffer.allocUnsafeSlow(1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;

  giveBack(bytes);

  expect(process.memoryUsage().arrayBuffers).toBeLessThanOrEqual(before - 1024 * 1024);
  expect(bytes).toHaveLength(0);
});

test("a piece of memory that small buffers share stays when one of them is given back", () => {
  const [one, other] = [Buffer.from("a short text"), Buffer.from("its neighbour")];

  giveBack(one);

  expect([one.toString(), other.toString()]).toEqual(["a short text", "its neighbour"]);
});
