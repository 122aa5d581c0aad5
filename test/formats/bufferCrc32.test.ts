import fc from "fast-check";
import { expect, test } from "vitest";
import { unsigned } from "../../shared/formats/bufferCrc32.ts";

test("a checksum is the CRC-32 of zip files, by its published check value", () => {
  expect(unsigned(Buffer.from("123456789"))).toBe(0xcbf43926);
});

test("a checksum goes on where the piece before it ended, however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (head, tail) => {
      expect(unsigned(tail, unsigned(head))).toBe(unsigned(Buffer.concat([head, tail])));
    }),
  );
});
