import { describe, expect, test } from "vitest";
import { eventsOf } from "../../support/xmlEvents.ts";

describe("the scanner of a workbook's parts", () => {
  test("tells of elements, attributes and texts, without prefixes", () => {
    const xml =
      '<?xml version="1.0"?><!-- c --><x:a xmlns:x="u" b = \'1&lt;\' x:c="2"><d/>e&#x41;<![CDATA[<f>]]>\r\n</x:a >';

    expect(eventsOf(xml)).toEqual(['<a xmlns:x="u" b="1<" x:c="2">', "<d>", "</d>", "eA<f>\n", "</a>"]);
  });

  test("tells the same however the bytes arrive", () => {
    const xml = '<a b="ü">ä&amp;\r\n<!-- - -- --><![CDATA[]] >]]></a>';

    expect(eventsOf(xml, 1)).toEqual(eventsOf(xml));
  });

  test.each([
    ["a document type", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "DOCTYPE"],
    ["a declaration of an entity", "<a><!ENTITY b 'c'></a>", "DOCTYPE"],
    ["an entity that is not known", "<a>&nbsp;</a>", "an entity that is not known"],
    ["a character reference to none", "<a>&#0;</a>", "an entity that is not known"],
    ["an ampersand alone", "<a>b & c and much more</a>", "an entity that is not known"],
    ["a control character", "<a>\u0001</a>", "a control character"],
    ["a control character in CDATA", "<a><![CDATA[\u0001]]></a>", "a control character"],
    ["an end tag of another element", "<a><b></a></b>", "does not fit its start tag"],
    ["an end tag alone", "</a>", "does not fit its start tag"],
    ["two roots", "<a/><b/>", "more than one root"],
    ["text around the root", "<a/>b", "text outside its root"],
    ["an entity around the root", "&amp;<a/>", "text outside its root"],
    ["no element", "  ", "no element"],
    ["an attribute twice", '<a b="1" b="2"/>', "an attribute twice"],
    ["an attribute without quotes", "<a b=1/>", "not in quotes"],
    ["an attribute without a value", "<a b/>", "without a value"],
    ["attributes without a blank", '<a b="1"c="2"/>', "without a blank"],
    ["a tag in an attribute", '<a b="<"/>', 'holds "<"'],
    ["a name that is none", "<1/>", "no name"],
    ["a stray slash", "<a/ >", "stray slash"],
    ["an open element", "<a><b>", "cut short"],
    ["an open tag", "<a b='", "cut short"],
    ["an open comment", "<a><!-- ", "cut short"],
    ["elements nested too deep", "<a>".repeat(65), "more than 64 deep"],
    [
      "too many attributes",
      `<a ${Array.from({ length: 257 }, (_, index) => `b${index}=""`).join(" ")}/>`,
      "more than 256 attributes",
    ],
  ])("refuses %s", (_what, xml, message) => {
    expect(() => eventsOf(xml)).toThrow(message);
    expect(() => eventsOf(xml, 1)).toThrow(message);
  });

  test("refuses a tag that never ends before it takes memory", () => {
    expect(() => eventsOf(`<a b="${"x".repeat(2 * 1024 * 1024)}"/>`, 64 * 1024)).toThrow("of more than 1 MB");
  });
});
