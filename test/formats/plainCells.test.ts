import fc from "fast-check";
import { expect, test } from "vitest";
import { viewOf } from "../../shared/domain/byteWords.ts";
import { linesOf } from "../../shared/domain/recordLines.ts";
import { copyCells, marksIn, nextMark } from "../../shared/formats/plainCells.ts";
import { textOutput } from "../../shared/formats/textOutput.ts";

const tab = 0x09;
const comma = 0x2c;

test("bytes are copied as they are, whichever they are, with a delimiter for each tab", () => {
  const byte = fc.oneof(fc.nat(0xff), fc.constantFrom(tab, tab - 1, tab + 1, tab + 0x80));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.nat(20), (values, from) => {
      const bytes = Buffer.from(values);
      const start = Math.min(from, bytes.length);
      const output = textOutput(1);

      const count = copyCells(viewOf(bytes), start, bytes.length, output, comma);

      const copied = values.slice(start);
      expect([...output.bytes.subarray(0, output.filled)]).toEqual(copied.map((each) => (each === tab ? comma : each)));
      expect(count).toBe(copied.filter((each) => each === tab).length);
    }),
    { numRuns: 1_000 },
  );
});

test("marks are met in their order, of whichever kind, up to the end of the lines", () => {
  const lines = linesOf([{ key: "K", number: 1, values: ["a,b", 'c"d', "", "e,,"] }]);
  const behind = { ...lines, bytes: Buffer.concat([lines.bytes, Buffer.from('x,"')]) };
  const marks = marksIn(behind, [comma, 0x22]);
  const met: string[] = [];

  for (let at = nextMark(marks, 0); at < lines.bytes.length; at = nextMark(marks, at + 1))
    met.push(lines.bytes.toString("utf8", at, at + 1));

  expect(met.join("")).toBe(',",,');
  expect(nextMark(marks, lines.bytes.length)).toBe(lines.bytes.length);
});
