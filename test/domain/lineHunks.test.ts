import { describe, expect, test } from "vitest";
import { type LineHunk, lineHunks } from "../../shared/domain/lineHunks.ts";

/** Every text of at most so many lines, each of which is a or b. */
function texts(linesMax: number): string[][] {
  const shorter = linesMax === 0 ? [] : texts(linesMax - 1);
  const longest = shorter.filter((text) => text.length === linesMax - 1);
  return linesMax === 0
    ? [[]]
    : [
        ...shorter,
        ...longest.flatMap((text) => [
          [...text, "a"],
          [...text, "b"],
        ]),
      ];
}

/** The newer text, made of the older one and the hunks. */
function applied(older: readonly string[], hunks: readonly LineHunk[]): readonly string[] {
  const newer: string[] = [];
  let at = 0;
  for (const { from, before, after } of hunks) {
    while (newer.length < from - 1) newer.push(older[at++]!);
    expect(older.slice(at, at + before.length)).toEqual(before);
    at += before.length;
    newer.push(...after);
  }
  return [...newer, ...older.slice(at)];
}

function longestCommon([first, ...left]: readonly string[], right: readonly string[]): number {
  if (first === undefined || right.length === 0) return 0;
  const without = longestCommon(left, right);
  const place = right.indexOf(first);
  return place < 0 ? without : Math.max(without, 1 + longestCommon(left, right.slice(place + 1)));
}

describe("the hunks between two texts", () => {
  test("make the newer one of the older one, and name no line that both have", () => {
    const all = texts(4).map((text) => ["x", ...text, "y"]);
    for (const older of all) {
      for (const newer of all) {
        const hunks = lineHunks(older.join("\n"), newer.join("\n"));
        expect(applied(older, hunks)).toEqual(newer);
        const changed = hunks.reduce((sum, { before, after }) => sum + before.length + after.length, 0);
        expect(changed).toBe(older.length + newer.length - 2 * longestCommon(older, newer));
      }
    }
  });

  test("are one where the texts are long and differ in all that lies between", () => {
    const text = (letter: string) => ["same", ...Array.from({ length: 1_100 }, (_, line) => `${letter}${line}`), "end"];

    const hunks = lineHunks(text("a").join("\n"), text("b").join("\r\n"));

    expect(hunks).toMatchObject([{ from: 2, count: 1_100 }]);
  });
});
