import { describe, expect, test } from "vitest";
import { toPersonName } from "../../shared/domain/caller.ts";

const objectId = "cccccccc-0000-4000-8000-000000000003";

describe("a person's name", () => {
  for (const [what, texts, name] of [
    ["the first that can be read", [undefined, 7, "", " \u200b\u00a0", "b@demo.example", "c"], "b@demo.example"],
    ["the id where there is none", [undefined, "\u202e"], objectId],
    ["without what turns or breaks the text around it", ["a\u202eb\u0000c\r\nd\u2066e\u2028f\ud800g"], "abc de fg"],
    ["with what stands in a name", ["José O'Neill <Łódź> 李"], "José O'Neill <Łódź> 李"],
    ["not longer than a line", ["𝒳".repeat(5_000)], `${"𝒳".repeat(99)}…`],
    ["whole where it just fits", ["x".repeat(100)], "x".repeat(100)],
  ] as const) {
    test(`is ${what}`, () => {
      expect(toPersonName(objectId, texts)).toBe(name);
    });
  }
});
