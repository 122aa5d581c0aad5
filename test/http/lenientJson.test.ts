import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonObject, findLenientJson, findMember, readStrictJson } from "../../shared/http/lenientJson.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const objectOf = (text: string): JsonObject => findLenientJson(bytes(text)) as JsonObject;
const invalid = expect.objectContaining({ code: "invalid" });
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("lenient JSON", () => {
  for (const [what, text, expected] of [
    ["single quotes", "{'messageId':'5b0c'}", new Map([["messageId", "5b0c"]])],
    ["names without quotes and a comma too many", "{a:1,}", new Map([["a", 1]])],
    ["a byte order mark", '\ufeff{"a":null}', new Map([["a", null]])],
    ["the last of two equal names", '{"a":1,"a":2}', new Map([["a", 2]])],
    ["lists and objects within", '{"a":[{"b":true}]}', new Map([["a", [new Map([["b", true]])]]])],
    ["a line separator within a text", '{"a":"\u2028"}', new Map([["a", "\u2028"]])],
    ["a text alone", '"x"', "x"],
  ] as const) {
    test(`has ${what}`, () => {
      expect(findLenientJson(bytes(text))).toEqual(expected);
    });
  }

  for (const text of [
    "",
    "  ",
    "{",
    "guid",
    "<xml/>",
    "{'a':'b'",
    nested(34),
    nested(100_000),
    `/*'*/${nested(5_000)}`,
  ]) {
    test(`is not ${JSON.stringify(text.slice(0, 20))} of ${text.length} characters`, () => {
      expect(findLenientJson(bytes(text))).toBeUndefined();
    });
  }

  test("is not what is no UTF-8", () => {
    expect(findLenientJson(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined();
  });

  test("never changes what other objects are", () => {
    const value = objectOf("{'__proto__':{'polluted':1},'constructor':{'prototype':{'polluted':1}}}");

    expect(value.get("__proto__")).toEqual(new Map([["polluted", 1]]));
    expect("polluted" in {}).toBe(false);
  });

  test("finds a member in any case, and the exact spelling first", () => {
    const object = objectOf('{"popreceipt":"a","PopReceipt":"b","CORRELATIONID":"c"}');

    expect(findMember(object, "PopReceipt")).toBe("b");
    expect(findMember(object, "CorrelationId")).toBe("c");
    expect(findMember(object, "DownloadLocation")).toBeUndefined();
  });

  test("never throws, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string().map(bytes), fc.json().map(bytes)), (body) => {
        expect(() => findLenientJson(body)).not.toThrow();
      }),
    );
  });
});

describe("strict JSON", () => {
  test("is any JSON object or array", () => {
    const ordinary = fc.dictionary(
      fc.string().filter((name) => name !== "__proto__"),
      fc.jsonValue({ maxDepth: 3, depthSize: "medium", noUnicodeString: false }),
    );
    const hasProto = (value: unknown): boolean => JSON.stringify(value).includes("__proto__");
    fc.assert(
      fc.property(
        ordinary.filter((value) => !hasProto(value)),
        (value) => {
          const text = JSON.stringify(value, null, 1);

          expect(readStrictJson(bytes(text))).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  for (const [what, text, reason] of [
    ["single quotes, and says so", "{'a':1}", "is no JSON: put names and texts in double quotes"],
    ["half an object, and says where", '{\n"a":', "is no JSON: see line 2, column 5"],
    ["a wrong character, and says where", '{"a":}', "is no JSON: see line 1, column 6"],
    ["a text", '"x"', "object or array"],
    ["null", "null", "object or array"],
    ["nothing", " \n", "is empty"],
    ["a name twice", '{"a":{"b":1},"b":2,"a":3}', 'The member "a" is there twice'],
    ["a name twice in other spellings", '{"a":1,"\\u0061":2}', 'The member "a" is there twice'],
    ["a name twice in an object of a list", '[{"a":1},{"b":1,"b":2}]', 'The member "b" is there twice'],
    ["__proto__", '{"a":[{"__proto__":{"isAdmin":true}}]}', 'The member "__proto__" is not allowed'],
    ["33 levels", nested(33), "deeper than 32"],
    ["a million levels", nested(1_000_000), "deeper than 32"],
    ["10,001 members", `[${'{"a":1},'.repeat(10_000)}{"a":1}]`, "more than 10000 members"],
    ["50,001 values", `[${"1,".repeat(50_000)}1]`, "more than 50000 values"],
    ["a mistake far behind", `[${"1,".repeat(50_000)}`, "see behind its first 65536 characters"],
  ] as const) {
    test(`is not ${what}`, () => {
      const read = (): unknown => readStrictJson(bytes(text));

      expect(read).toThrow(invalid);
      expect(read).toThrow(reason);
    });
  }

  test("is not what is no UTF-8", () => {
    expect(() => readStrictJson(Uint8Array.of(0x5b, 0xff, 0x5d))).toThrow("is not UTF-8");
  });

  test("may hold the same name in different objects, and brackets and names within texts", () => {
    const text = String.raw`{"a":{"n":1},"b":{"n":2},"c":"{\"a\":[[[","d":["a","a"],"e\\":1,"e":2}`;

    expect(readStrictJson(bytes(text))).toEqual(JSON.parse(text));
  });

  test("never repeats the body in its refusal", () => {
    expect(() => readStrictJson(bytes('{"secret":"hunter2" "x"}'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});
