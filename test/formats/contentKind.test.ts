import { expect, test } from "vitest";
import { describeContent, recogniseContent } from "../../shared/formats/contentKind.ts";

test.each([
  ["nothing", Buffer.alloc(0), "empty"],
  ["a zip", Buffer.from("PK\u0003\u0004rest"), "zip"],
  [
    "a package of its header",
    Buffer.from("PK\u0003\u0004".padEnd(26, "\0") + "\u0011\0\0\0PackageHeader.xml"),
    "package",
  ],
  [
    "a package of its manifest",
    Buffer.from("PK\u0003\u0004".padEnd(26, "\0") + "\u000c\0\0\0MANIFEST.xmlPK"),
    "package",
  ],
  [
    "the part of a workbook",
    Buffer.from("PK\u0003\u0004".padEnd(26, "\0") + "\u000f\0\0\0xl/workbook.xml"),
    "workbook",
  ],
  [
    "the content types of a document",
    Buffer.from("PK\u0003\u0004".padEnd(26, "\0") + "\u0013\0\0\0[Content_Types].xml"),
    "zip",
  ],
  ["a zip without entries", Buffer.from("PK\u0005\u0006rest"), "zip"],
  ["a workbook of Excel 97", Buffer.from("d0cf11e0a1b11ae1", "hex"), "oldExcel"],
  ["an XML declaration", Buffer.from('<?xml version="1.0"?>'), "xml"],
  ["an element after a mark and blank lines", Buffer.from("\uFEFF\r\n <Document>"), "xml"],
  ["a comment", Buffer.from("<!-- x -->"), "xml"],
  ["XML in UTF-16 LE", Buffer.from("\uFEFF<Document>", "utf16le"), "xml"],
  ["XML in UTF-16 BE", Buffer.from("\uFEFF<Document>", "utf16le").swap16(), "xml"],
  ["a gzip header", Buffer.from("1f8b0800", "hex"), "gzip"],
  ["a PDF", Buffer.from("%PDF-1.7"), "pdf"],
  ["a page", Buffer.from("\uFEFF<!DOCTYPE html><html>"), "html"],
  ["a page without a doctype", Buffer.from("<html lang='en'>"), "html"],
  [
    "the part of a form",
    Buffer.from('--boundary7\r\nContent-Disposition: form-data; name="file"\r\n\r\nA,B\r\n'),
    "multipart",
  ],
  ["content as Logic Apps pass it on", Buffer.from('{"$content-type":"text/csv","$content":"QSxC"}'), "wrappedContent"],
  ["an object", Buffer.from('{ "value": [] }'), "json"],
  ["a list of objects", Buffer.from('[{"A":1}]'), "json"],
  ["rows in base64", Buffer.from(Buffer.from("ACCOUNT,NAME\r\n1001,Anna\r\n").toString("base64")), "base64"],
  [
    "letters in base64, in lines",
    Buffer.from(
      Buffer.from("KONTO;NAME\r\n1001;Jürgen Müller\r\n".repeat(9)).toString("base64").replace(/.{76}/g, "$&\r\n"),
    ),
    "base64",
  ],
  ["a zip in base64", Buffer.from(`"${Buffer.from("PK\u0003\u0004 and more of it").toString("base64")}"`), "base64"],
  ["a column of hashes", Buffer.from(`${"9f86d081884c7d659a2feaa0c55ad015".repeat(2)}\r\n`.repeat(4)), "text"],
  ["one column of numbers", Buffer.from("AccountNumber\r\n10001\r\n10002\r\n10003\r\n10004"), "text"],
  ["a header of dashes", Buffer.from("--A,B\r\n1,2\r\n"), "text"],
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
