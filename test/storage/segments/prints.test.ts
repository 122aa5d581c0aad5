import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isSameSpelling,
  isSameValues,
  newPrint,
  printer,
  type Prints,
} from "../../../shared/storage/segments/prints.ts";

const seed = [0x12345678, 0x9abcdef0, 3, 5, 7, 0xfffffffe];
const key = 0;
const values = 2;

/** The words of a line's print, the line lying so many bytes into its memory. */
function printOf(line: string, { at = 0, places = [0], by = seed } = {}): Prints {
  const bytes = Buffer.concat([Buffer.alloc(at, 0xff), Buffer.from(line), Buffer.from("\nnext")]);
  const print = newPrint();
  printer(by, places)(bytes, at, at + Buffer.byteLength(line), print, 0);
  return print;
}

function wordsFrom(print: Prints, word: number): readonly number[] {
  return [print[word]!, print[word + 1]!];
}

const cell = fc.string({ unit: fc.constantFrom("a", "b", "A", "0", " ", "é", "漢"), maxLength: 9 });
const line = fc
  .tuple(cell, fc.nat(), fc.array(cell, { minLength: 3, maxLength: 5 }))
  .map(([name, number, cells]) => ({ name, number, cells, text: [name, number, ...cells].join("\t") }));

describe("the print of a line", () => {
  test("is the same wherever the line lies, and whichever commit changed it last", () => {
    fc.assert(
      fc.property(line, fc.nat(9), fc.nat(), ({ name, cells, text }, at, number) => {
        expect(printOf([name, number, ...cells].join("\t"), { at })).toEqual(printOf(text));
      }),
    );
  });

  test("is another one for another key, or for other values", () => {
    fc.assert(
      fc.property(line, line, (one, other) => {
        const [first, second] = [printOf(one.text), printOf(other.text)];
        expect(wordsFrom(first, key).join() === wordsFrom(second, key).join()).toBe(one.name === other.name);
        const areValuesSame = one.cells.join("\t") === other.cells.join("\t");
        expect(wordsFrom(first, values).join() === wordsFrom(second, values).join()).toBe(areValuesSame);
        expect(isSameValues(first, 0, second)).toBe(areValuesSame);
      }),
      { numRuns: 2000 },
    );
  });

  test("knows how the key is spelled, wherever its columns stand, and nothing behind them", () => {
    const spelled = printOf("us-1\t1\tx\tUS\t1\tred", { places: [2, 1] });

    expect(isSameSpelling(spelled, 0, printOf("us-1\t1\ty\tUS\t1\tblue", { places: [2, 1] }))).toBe(true);
    expect(isSameSpelling(spelled, 0, printOf("us-1\t1\tx\tus\t1\tred", { places: [2, 1] }))).toBe(false);
    expect(isSameSpelling(spelled, 0, printOf("us-1\t1\tx\tUS\t01\tred", { places: [2, 1] }))).toBe(false);
  });

  test("of an entity without columns of its key spells nothing", () => {
    const [one, other] = ["a\t1\tx", "a\t1\tyy"].map((text) => printOf(text, { places: [] }));

    expect(isSameSpelling(one!, 0, other!)).toBe(true);
  });

  test("depends on each number of the seed", () => {
    const text = "US-001\t1\tUS-001\tA name of some length\t12.50";
    const prints = seed.map((_, index) => printOf(text, { by: seed.with(index, seed[index]! ^ 0x10) }).join());

    expect(new Set([printOf(text).join(), ...prints]).size).toBe(seed.length + 1);
  });
});

test("of a hundred thousand lines that hardly differ, each half of a print has about as many equals as chance gives", () => {
  const seen = Array.from({ length: 5 }, () => new Set<number>());
  for (let index = 0; index < 100_000; index += 1) {
    const print = printOf(`C${index}\t1\tC${index}\tThe same text in each of them\t${index % 10}`);
    for (const [word, set] of seen.entries()) set.add(print[word]!);
  }

  // 1.2 of 32 bits on average.
  for (const set of seen) expect(set.size).toBeGreaterThan(100_000 - 12);
});
