import { expect, test } from "vitest";
import { linesOf } from "../../../shared/domain/recordLines.ts";
import { addLines, emptyBuffer, releaseBuffers, sortBuffers } from "../../../shared/storage/staging/sortBuffer.ts";

const bufferBytes = 6 * 1024 * 1024;
const megabyte = 1024 * 1024;

const arrayBuffers = (): number => process.memoryUsage().arrayBuffers;

test("two buffers that fill take their own size, fill again in the same memory, and give it back at once", () => {
  const lines = linesOf(
    Array.from({ length: 10_000 }, (_, row) => ({ key: `key ${row}`, number: row, values: ["x".repeat(200)] })),
  );
  const buffers = sortBuffers(bufferBytes);
  const fill = (): void => {
    for (const buffer of buffers) {
      emptyBuffer(buffer);
      for (let next = lines.count; next === lines.count;) next = addLines(buffer, lines, 0, bufferBytes);
    }
  };
  const before = arrayBuffers();

  fill();
  const filled = arrayBuffers();
  expect(filled - before).toBeGreaterThan(2 * bufferBytes);
  expect(filled - before).toBeLessThan(2 * bufferBytes + 4 * megabyte);

  fill();
  expect(arrayBuffers()).toBeLessThanOrEqual(filled);

  releaseBuffers(buffers);
  expect(arrayBuffers()).toBeLessThan(filled - 2 * bufferBytes);
  expect(buffers.map(({ bytes }) => bytes.length)).toEqual([0, 0]);
});

test("a line that is larger than its buffer is taken, and what it outgrew is given back with the rest", () => {
  const buffers = sortBuffers(bufferBytes);
  const [buffer] = buffers;
  const small = linesOf([{ key: "a", number: 0, values: ["x".repeat(5 * megabyte)] }]);
  const large = linesOf([{ key: "b", number: 1, values: ["y".repeat(8 * megabyte)] }]);
  expect([addLines(buffer, small, 0, bufferBytes), addLines(buffer, large, 0, bufferBytes)]).toEqual([1, 1]);
  expect([buffer.count, buffer.bytes.subarray(buffer.starts[1]).toString("latin1", 0, 1)]).toEqual([2, "b"]);
  const held = arrayBuffers();

  releaseBuffers(buffers);

  expect(arrayBuffers()).toBeLessThan(held - 24 * megabyte);
});
