import { expect, test } from "vitest";
import { describeContent, recogniseContent } from "../../shared/formats/contentKind.ts";

test.each([
  ["nothing", Buffer.alloc(0), "empty"],
  ["a zip", Buffer.from("PK\u0003\u0004rest"), "zip"],
  ["a zip without entries", Buffer.from("PK\u0005\u0006rest"), "zip"],
  ["a workbook of Excel 97", Buffer.from("d0cf11e0a1b11ae1", "hex"), "oldExcel"],
  ["an XML declaration", Buffer.from('<?xml version="1.0"?>'), "xml"],
  ["an element after a mark and blank lines", Buffer.from("\uFEFF\r\n <Document>"), "xml"],
  ["a comment", Buffer.from("<!-- x -->"), "xml"],
  ["XML in UTF-16 LE", Buffer.from("\uFEFF<Document>", "utf16le"), "xml"],
  ["XML in UTF-16 BE", Buffer.from("\uFEFF<Document>", "utf16le").swap16(), "xml"],
  ["a header row", Buffer.from("A,B\r\n"), "text"],
  ["a header row in UTF-16", Buffer.from("\uFEFFA,B\r\n", "utf16le"), "text"],
  ["a sign that is no element", Buffer.from("<5,B\r\n"), "text"],
  ["a header that begins like a zip", Buffer.from("PK,B\r\n"), "text"],
] as const)("a file that begins with %s is recognised", (_what, start, kind) => {
  expect(recogniseContent(start)).toBe(kind);
});

test("an old workbook is called by its name", () => {
  expect(describeContent("oldExcel")).toBe("an Excel 97-2003 workbook");
});
