import { describe, expect, test } from "vitest";
import { shownValue, textWithValue } from "../../shared/domain/shownValue.ts";

describe("a value in an error text", () => {
  test.each([
    ["2026-13-01", '"2026-13-01"'],
    ["", '""'],
    [" 12 ", '" 12 "'],
    ["Müller & Söhne 山田 😀", '"Müller & Söhne 山田 😀"'],
    ['a "quoted" \\ one', '"a \\"quoted\\" \\\\ one"'],
    ["a\u0000b\tc\r\nd\u001b[31m", '"a\\u{0000}b\\u{0009}c\\u{000D}\\u{000A}d\\u{001B}[31m"'],
    ["\u202egpj.exe", '"\\u{202E}gpj.exe"'],
    ["\u2066x\u2069\u200f", '"\\u{2066}x\\u{2069}\\u{200F}"'],
    ["1\u00a0000\u202f5", '"1\\u{00A0}000\\u{202F}5"'],
    ["\ufeffx\u200b\u2028", '"\\u{FEFF}x\\u{200B}\\u{2028}"'],
    ["\ud800x", '"\\u{D800}x"'],
  ])("%j is read as %s", (text, shown) => {
    expect(shownValue(text)).toBe(shown);
  });

  test("is cut after sixty characters, and never through one", () => {
    expect(shownValue("😀".repeat(60))).toBe(`"${"😀".repeat(60)}"`);
    expect(shownValue("😀".repeat(61))).toBe(`"${"😀".repeat(60)}…"`);
    expect(shownValue("x".repeat(10_000_000))).toBe(`"${"x".repeat(60)}…"`);
  });

  test("stands at its end, where there is one", () => {
    expect(textWithValue({ message: "It is no date.", value: '"x"' })).toBe('It is no date: "x".');
    expect(textWithValue({ message: "It is empty." })).toBe("It is empty.");
  });
});
