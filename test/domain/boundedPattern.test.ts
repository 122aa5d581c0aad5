import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedPattern, PatternError } from "../../shared/domain/boundedPattern.ts";

describe("a pattern", () => {
  test.each([
    ["[A-Z]{3}-\\d{4,6}", ["ABC-1234", "XYZ-123456"], ["ABC-123", "ABC-1234567", "abc-1234", "xABC-1234"]],
    ["(cat|dog)s?", ["cat", "dogs"], ["cats and dogs", "do"]],
    ["[^0-9]*", ["", "äöü"], ["a1"]],
    ["a{0,2}b{2}c{1,}", ["bbc", "aabbccc"], ["aaabbc", "bb"]],
    ["\\.\\[\\w\\s\\]", [".[_ ]"], ["x[_ ]"]],
    ["[a\\]-]+", ["a]-"], ["b"]],
    [".", ["\u{1f600}", "x"], ["", "xx"]],
    ["(a|)(b*)*", ["", "a", "abbb"], ["ba"]],
  ])("%s matches whole values", (pattern, matched, missed) => {
    const match = boundedPattern(pattern);

    expect(matched.filter((text) => !match(text))).toEqual([]);
    expect(missed.filter(match)).toEqual([]);
  });

  test("means what a regular expression of the same signs does", () => {
    const { pattern } = fc.letrec<{ readonly pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: "small", maxDepth: 4 },
        fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", ""),
        fc.tuple(tie("pattern"), tie("pattern")).map(([one, other]) => one + other),
        fc.tuple(tie("pattern"), tie("pattern")).map(([one, other]) => `(${one}|${other})`),
        fc
          .tuple(tie("pattern"), fc.constantFrom("?", "*", "+", "{2}", "{0,2}", "{1,}"))
          .map(([one, sign]) => `(${one})${sign}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (drawn, value) => {
        fc.pre(drawn.length <= 200);

        expect(boundedPattern(drawn)(value)).toBe(new RegExp(`^(?:${drawn})$`, "u").test(value));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["(a", "does not close a group at character 2"],
    ["a)", "closes a group that is not open at character 2"],
    ["*a", "repeats nothing at character 1"],
    ["[]", "has a class of no characters at character 2"],
    ["[a", "does not close a class at character 2"],
    ["[z-a]", "has a range that ends before it begins at character 5"],
    ["a{x}", "has a repetition that is none of {n}, {n,} and {n,m} at character 2"],
    ["a{3,2}", "repeats more than 200 times, or less than it begins with, at character 6"],
    ["^a$", "holds ^, which needs a \\ in front, at character 1"],
    ["(?=a)", "repeats nothing at character 2"],
    ["\\1", "has an unknown sign behind \\ at character 2"],
    ["a".repeat(201), "is longer than 200 characters"],
    ["((a{50}){50})", "has more than 1000 places with its repetitions"],
    [`${"(".repeat(30)}a${")".repeat(30)}`, "has more than 20 groups in each other at character 21"],
  ])("%s is refused for what is wrong with it", (pattern, message) => {
    expect(() => boundedPattern(pattern)).toThrow(new PatternError(message));
  });

  test.each([
    "(a+)+",
    "(a|a)*",
    "(a*)*b",
    "(a|aa)+",
    "(.*)(.*)(.*)(.*)x",
    "(a?){200}a{200}",
    "([^b]*)*c",
    "([^b]*)*c?",
    "(a+)+!",
  ])("%s takes time for each character of a hostile value, and no more", (pattern) => {
    // A matcher that goes back takes minutes for so long a value, or does not end.
    const hostile = `${"a".repeat(200_000)}!`;

    expect(boundedPattern(pattern)(hostile)).toBe(new Set(["([^b]*)*c?", "(a+)+!"]).has(pattern));
  });
});
