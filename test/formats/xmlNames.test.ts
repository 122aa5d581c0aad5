import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeXmlName, encodeXmlName } from "../../shared/formats/xmlNames.ts";

describe("a name of an element", () => {
  test.each([
    ["CUSTOMERGROUPID", "CUSTOMERGROUPID"],
    ["Group name", "Group_x0020_name"],
    ["1st", "_x0031_st"],
    ["a:b", "a_x003A_b"],
    ["a_x0020_b", "a_x005F_x0020_b"],
    ["Größe", "Größe"],
    ["_x5FF0 a", "_x005F_x5FF0_x0020_a"],
    ["a😀", "a_x0001F600_"],
    ["a€", "a_x20AC_"],
    ["", ""],
  ])("is made of %j as .NET makes it", (text, name) => {
    expect(encodeXmlName(text)).toBe(name);
    expect(decodeXmlName(name)).toBe(text);
  });

  test("is the same text again when it is decoded", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.constantFrom("_", "x", "X", "0", "5", "F"), fc.string({ unit: "binary" })) }),
        (text) => {
          expect(decodeXmlName(encodeXmlName(text))).toBe(text);
        },
      ),
    );
  });

  test("stays as it is where its escape is none", () => {
    expect(["_x002_", "_xZZZZ_", "_xFFFFFFFF_"].map(decodeXmlName)).toEqual(["_x002_", "_xZZZZ_", "_xFFFFFFFF_"]);
  });
});
