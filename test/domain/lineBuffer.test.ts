import fc from "fast-check";
import { expect, test } from "vitest";
import {
  endLine,
  type LineBuffer,
  lineBuffer,
  linesIn,
  writeCell,
  writeNumber,
  writeTab,
  writeText,
} from "../../shared/domain/lineBuffer.ts";

type Piece = string | number | Buffer;

function write(buffer: LineBuffer, piece: Piece): void {
  if (typeof piece === "number") writeNumber(buffer, piece);
  else if (typeof piece === "string") writeText(buffer, piece);
  else writeCell(buffer, piece, 0, piece.length);
}

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 9, 10, 99, 100, Number.MAX_SAFE_INTEGER),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

test("a line is what was written into it, however often its memory had to grow", () => {
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 40 }), fc.nat(3), (drawn, room) => {
      const buffer = lineBuffer();
      buffer.bytes = Buffer.alloc(room);
      for (const pieces of drawn) {
        const start = buffer.filled;
        for (const each of pieces) write(buffer, each);
        writeTab(buffer);
        endLine(buffer, start);
      }

      const { bytes, count, starts, ends } = linesIn(buffer);
      const lines = Array.from({ length: count }, (_, line) => Buffer.from(bytes.subarray(starts[line], ends[line])));
      const expected = drawn.map((pieces) =>
        Buffer.concat([
          ...pieces.flatMap((each) => (Buffer.isBuffer(each) ? [Buffer.from("\t"), each] : [Buffer.from(`${each}`)])),
          Buffer.from("\t"),
        ]),
      );
      expect(lines).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
