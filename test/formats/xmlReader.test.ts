import { XMLBuilder } from "fast-xml-parser";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { oddityWarnings } from "../../shared/domain/oddCells.ts";
import { openXml } from "../../shared/formats/xmlReader.ts";
import { customerGroups } from "../support/definitions.ts";
import { noPace } from "../support/pace.ts";
import { collectRows } from "../support/rows.ts";
import { inPieces, readXml, xmlAttribute, xmlElement } from "../support/xml.ts";

const of = { entity: customerGroups, expected: ["CUSTOMERGROUPID", "DESCRIPTION"], isMapped: true };
const ofSample = { entity: undefined, expected: [] };

const group = (...fields: string[]): string => `<CUSTCUSTOMERGROUPENTITY>${fields.join("")}</CUSTCUSTOMERGROUPENTITY>`;
const documentOf = (...parts: string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><Document>${parts.join("")}</Document>`;
const id = (text: string): string => `<CUSTOMERGROUPID>${text}</CUSTOMERGROUPID>`;

const cellsOf = async (document: string, format = xmlElement) =>
  (await readXml(document, format, of)).rows.map(({ cells }) => cells);
const warningsOf = async (document: string, format = xmlElement) =>
  oddityWarnings("f", (await readXml(document, format, of)).oddities);
const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("a file of XML elements", () => {
  test.each([
    ["by the entity's AOT name", "CUSTCUSTOMERGROUPENTITY"],
    ["in any case", "custCustomerGroupentity"],
    ["by its label, escaped", "Customer_x0020_groups"],
    ["by its label, joined", "CustomerGroups"],
    ["by its label, with an underscore", "customer_groups"],
    ["with a prefix", "ax:CUSTCUSTOMERGROUPENTITY"],
  ])("names its records %s", async (_, name) => {
    const document = `<Any xmlns:ax="urn:a"><${name}><customergroupid>10</customergroupid></${name}></Any>`;

    expect(await cellsOf(document)).toEqual([["10", ""]]);
  });

  test("has the columns that are expected, and those that its first records have beside", async () => {
    const read = await readXml(documentOf(group(id("10"), "<More>1</More>")), xmlElement, of);

    expect(read.columns).toEqual(["CUSTOMERGROUPID", "DESCRIPTION", "More"]);
    expect(read.rows[0]!.cells).toEqual(["10", "", "1"]);
  });

  test("tells an element that is not there from one that is empty", async () => {
    const document = documentOf(
      group(id("10")),
      group(id("20"), "<DESCRIPTION/>"),
      group("<Description></Description>"),
    );
    const { rows } = await readXml(document, xmlElement, of);

    expect(rows.map(({ absent }) => [...(absent ?? [])])).toEqual([[1], [], [0]]);
  });

  test("takes an element that says it is nil for an empty one", async () => {
    const nil = '<DESCRIPTION xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">x</DESCRIPTION>';
    const { rows, oddities } = await readXml(documentOf(group(id("10"), nil)), xmlElement, of);

    expect(rows[0]).toMatchObject({ cells: ["10", ""] });
    expect(rows[0]!.absent).toBeUndefined();
    expect(oddities).toEqual([]);
  });

  test("may hold references, CDATA, comments and line breaks in its texts", async () => {
    const text = "a&amp;b&#13;&#x20AC;<![CDATA[<c>]]><!-- no -->d\r\ne";

    expect(await cellsOf(documentOf(group(id(text))))).toEqual([["a&b\r€<c>d\ne", ""]]);
  });

  test("gives the same rows however its bytes arrive", async () => {
    const document = documentOf(group(id("é€𝄞")), "\r\n", group(id("20"), "<DESCRIPTION>x&lt;y</DESCRIPTION>"));
    const whole = await readXml(document, xmlElement, of, 1_000_000);

    for (const pieceBytes of [1, 2, 3, 5, 64]) {
      expect(await readXml(document, xmlElement, of, pieceBytes)).toEqual(whole);
    }
  });

  test("says where a record begins, and counts the records of one line", async () => {
    const { rows } = await readXml(
      `<D>\n  ${group(id("1"))}${group(id("2"))}\n\n ${group(id("3"))}</D>`,
      xmlElement,
      of,
    );

    expect(rows.map(({ line, place }) => [line, place])).toEqual([
      [1, { line: 2, column: 3 }],
      [2, { line: 2, column: 90 }],
      [3, { line: 4, column: 2 }],
    ]);
  });

  test.each([
    ["an element inside a field", group(id("<b>1</b>")), /element "b" inside a field.*line 1, column 93/],
    ["a field twice", group(id("1"), id("2")), /holds field "CUSTOMERGROUPID" twice/],
    ["a field twice, in two cases", group(id("1"), "<customergroupid>2</customergroupid>"), /twice/],
    ["text beside its fields", group(id("1"), "stray"), /text beside its fields/],
  ])("rejects a record with %s, and goes on", async (_, broken, message) => {
    const { rows } = await readXml(documentOf(broken, group(id("9"))), xmlElement, of);

    expect(rows[0]).toMatchObject({ line: 1, raw: broken, problem: { code: "DMF2018" } });
    expect(rows[0]!.problem!.message).toMatch(message);
    expect(rows[1]!.cells).toEqual(["9", ""]);
  });

  test("keeps the text of a record that it rejects, wherever its pieces are cut", async () => {
    const broken = group(id("<b>1</b>")).replace(">", "\r\n >");
    for (let before = 65_536 - 40; before <= 65_536 + 2; before += 1) {
      const document = `<D>${" ".repeat(before - 3)}${broken}${group(id("9"))}</D>`;
      const { rows } = await readXml(document, xmlElement, of, 1_000_000);

      expect(rows[0]!.raw).toBe(broken);
    }
  });

  test("warns of what it holds beside its records and their fields", async () => {
    const document = `<D>\n<Header>1</Header>\nstray\n${group(id("1"))}\n<Header/><CUSTCUSTOMERGROUPENTITY recId="5">${id("2")}</CUSTCUSTOMERGROUPENTITY></D>`;

    expect(await warningsOf(document)).toEqual([
      "f: 2 elements beside the records were not read, the first on line 2: Header.",
      "f: one text between the records was not read, the first on line 4.",
      "f: one attribute was not read, the first on line 5: recId.",
      "f: no record has these columns, which are mapped, so that what is stored in their fields stays: DESCRIPTION.",
    ]);
  });

  test("warns of a column that comes too late to be one", async () => {
    const early = Array.from({ length: 1000 }, (_, index) => group(id(String(index))));
    const document = `<D>${early.join("\n")}\n${group(id("a"), "<LATE>1</LATE>")}${group(id("b"), "<LATE>1</LATE>")}</D>`;
    const { columns, rows, oddities } = await readXml(document, xmlElement, { ...of, isMapped: false }, 100_000);

    expect(columns).toEqual(of.expected);
    expect(rows.at(-1)!.cells).toEqual(["b", ""]);
    expect(oddities).toEqual([{ kind: "unreadElement", line: 1001, count: 2, names: ["LATE"] }]);
  });

  test("that is a sample takes its first element for a record, and all fields for columns", async () => {
    const { columns, rows } = await readXml(
      "<D><r><A>1</A></r><r><b_x0020_c>2</b_x0020_c></r><q/></D>",
      xmlElement,
      ofSample,
    );

    expect(columns).toEqual(["A", "b c"]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["1", ""],
      ["", "2"],
    ]);
  });

  test("may hold no record", async () => {
    expect(await readXml("<Document/>", xmlElement, of)).toEqual({ columns: of.expected, rows: [], oddities: [] });
    await expect(readXml("<Document/>", xmlElement, ofSample)).rejects.toEqual(failure("DMF2053", /no record/));
  });

  test("is read as another library writes it", async () => {
    const rows = Array.from({ length: 700 }, (_, row) => ({
      CUSTOMERGROUPID: `${row}`,
      DESCRIPTION: `<"&'> ü ${row}`,
    }));
    const builder = new XMLBuilder({ format: true });
    const document: string = builder.build({ Document: { CUSTCUSTOMERGROUPENTITY: rows } });

    expect(await cellsOf(document)).toEqual(rows.map((row) => Object.values(row)));
  });
});

describe("a file of XML attributes", () => {
  test("has its fields as attributes of its records", async () => {
    const document = `<D><CustCustomerGroupEntity xmlns="urn:x" customergroupid="1&#10;0" more=""/><CUSTCUSTOMERGROUPENTITY DESCRIPTION="x"></CUSTCUSTOMERGROUPENTITY></D>`;
    const { columns, rows } = await readXml(document, xmlAttribute, of);

    expect(columns).toEqual(["CUSTOMERGROUPID", "DESCRIPTION", "more"]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["1\n0", "", ""],
      ["", "x", ""],
    ]);
    expect(rows.map(({ absent }) => [...(absent ?? [])])).toEqual([[1], [0, 2]]);
  });

  test("warns of elements in its records", async () => {
    expect(
      await warningsOf(
        '<D><CustCustomerGroupEntity CUSTOMERGROUPID="1" DESCRIPTION=""><x/></CustCustomerGroupEntity></D>',
        xmlAttribute,
      ),
    ).toEqual(["f: one element of a record was not read, the first on line 1, since no field takes them: x."]);
  });

  test("rejects a record with one attribute in two cases", async () => {
    const { rows } = await readXml(
      '<D><CustCustomerGroupEntity Description="1" DESCRIPTION="2"/></D>',
      xmlAttribute,
      of,
    );

    expect(rows[0]!.problem).toMatchObject({ code: "DMF2018" });
  });

  test("is read as another library writes it", async () => {
    const rows = Array.from({ length: 20 }, (_, row) => ({
      "@_CUSTOMERGROUPID": `${row}`,
      "@_DESCRIPTION": `<"&'>\n ${row}`,
    }));
    const builder = new XMLBuilder({ ignoreAttributes: false });
    const document: string = builder.build({ Document: { CUSTCUSTOMERGROUPENTITY: rows } });

    expect(await cellsOf(document.replaceAll("\n", "&#10;"), xmlAttribute)).toEqual(
      rows.map((row) => Object.values(row)),
    );
  });
});

describe("a file that is no such document", () => {
  test.each([
    ["text", "a,b\n1,2\n", "DMF1855", /Expected XML-Element \(an XML document\), found text/],
    ["a zip", "PK\u0003\u0004abcdefgh", "DMF1855", /found a zip archive/],
    ["a page of HTML", "<!DOCTYPE html><html>", "DMF1855", /found an HTML page/],
    ["nothing", "", "DMF2053", /empty/],
    ["blank space", " \r\n ", "DMF1855", /found text/],
    [
      "fields as attributes",
      `<D><CUSTCUSTOMERGROUPENTITY A="1"/></D>`,
      "DMF1855",
      /Expected XML-Element .*found XML-Attribute/,
    ],
    [
      "the records of something else",
      "<D><Vendor/><Vendor/></D>",
      "MAP011",
      /<D> holds no <CUSTCUSTOMERGROUPENTITY>.*Vendor/,
    ],
    ["a record as its root", group(id("1")), "MAP011", /root itself is called so/],
    ["a DOCTYPE", `<!DOCTYPE D [<!ENTITY a "b">]><D/>`, "DMF1830", /DOCTYPE\) is not allowed/],
    ["an unknown entity", `<D>${group(id("&nbsp;"))}</D>`, "DMF1830", /undefined entity \(line 1, column 51/],
    [
      "an element that is not closed",
      `<D>\n${group("<A>1</B>")}</D>`,
      "DMF1830",
      /no well-formed XML.*\(line 2, column/,
    ],
    ["two roots", `<D/><D/>`, "DMF1830", /one root/],
    ["text behind its root", `<D/>x`, "DMF1830", /outside of root/],
    ["a control character", `<D>\n${group(id("a\u0001"))}</D>`, "DMF2055", /U\+0001.*\(line 2, column 44\)/],
    ["a reference to one", `<D>\n\n${group(id("a&#x1B;"))}</D>`, "DMF2055", /U\+001B.*\(line 3, column/],
    ["U+FFFE", `<D>${group(id("\ufffe"))}</D>`, "DMF2055", /U\+FFFE/],
    ["an attribute twice", `<D a="1" a="2"/>`, "DMF1830", /duplicate attribute/],
  ])("is refused by name when it is %s", async (_, document, code, message) => {
    for (const pieceBytes of [1, 1000]) {
      await expect(readXml(document, xmlElement, of, pieceBytes)).rejects.toEqual(failure(code, message));
    }
  });

  test("is refused when its fields are elements in place of attributes", async () => {
    await expect(readXml(documentOf(group(id("1"))), xmlAttribute, of)).rejects.toEqual(
      failure("DMF1855", /Expected XML-Attribute .*found XML-Element/),
    );
  });

  test("is refused wherever it is cut off", async () => {
    const document = documentOf(group(id("1"), "<DESCRIPTION>a&amp;b</DESCRIPTION>"), "<!-- c -->", group(id("2")));
    const bytes = Buffer.from(document);

    for (let length = 10; length < bytes.length; length += 1) {
      await expect(readXml(bytes.subarray(0, length), xmlElement, of, 50)).rejects.toMatchObject({ code: "DMF1830" });
    }
  });

  test("gives the rows before the place where it breaks", async () => {
    const many = Array.from({ length: 5000 }, (_, row) => group(id(String(row)))).join("\n");
    const reader = await openXml(inPieces(Buffer.from(`<D>${many}<oops></D>`), 10_000), xmlElement, of, noPace);
    let rows = 0;
    const reading = (async () => {
      for await (const batch of reader.batches) rows += batch.count;
    })();

    await expect(reading).rejects.toEqual(failure("DMF1830", /line 5000/));
    expect(rows).toBeGreaterThan(4000);
  });
});

describe("an encoding", () => {
  const declared = (encoding: string): string =>
    `<?xml version="1.0" encoding="${encoding}"?><D>${group(id("Größe"))}</D>`;
  const idsIn = async (bytes: Uint8Array) => {
    const reader = await openXml(inPieces(bytes, 11), xmlElement, of, noPace);
    return (await collectRows(reader.batches)).map(({ cells }) => cells[0]);
  };

  test.each([
    ["UTF-8", Buffer.from(declared("UTF-8"))],
    ["UTF-8 with its mark", Buffer.from(`\ufeff${declared("utf-8")}`)],
    ["UTF-8 that says nothing", Buffer.from(`<D>${group(id("Größe"))}</D>`)],
    ["UTF-16 LE with its mark", Buffer.from(`\ufeff${declared("utf-16")}`, "utf16le")],
    ["UTF-16 BE with its mark", Buffer.from(`\ufeff${declared("UTF-16")}`, "utf16le").swap16()],
    ["UTF-16 LE without it", Buffer.from(declared("utf-16"), "utf16le")],
    ["UTF-16 BE without it", Buffer.from(declared("utf-16"), "utf16le").swap16()],
    ["windows-1252", iconv.encode(declared("windows-1252"), "cp1252")],
    ["ISO-8859-1", iconv.encode(declared("ISO-8859-1"), "latin1")],
    ["IBM850", iconv.encode(declared("IBM850"), "cp850")],
  ])("is taken from the mark or the declaration: %s", async (_, bytes) => {
    expect(await idsIn(bytes)).toEqual(["Größe"]);
  });

  test.each([
    [
      "UTF-8 that is windows-1252",
      iconv.encode(declared("UTF-8"), "cp1252"),
      /no characters of its encoding \(UTF-8\), near byte 86/,
    ],
    ["nothing, and is windows-1252", iconv.encode(`<D>${group(id("Größe"))}</D>`, "cp1252"), /\(UTF-8\)/],
    ["UTF-16 in single bytes", Buffer.from(declared("utf-16")), /"utf-16", but the file is in single bytes/],
    ["windows-1252 behind the mark of UTF-8", Buffer.from(`\ufeff${declared("windows-1252")}`), /begins as UTF-8 does/],
    [
      "UTF-8 in UTF-16",
      Buffer.from(`\ufeff${declared("utf-8")}`, "utf16le"),
      /"utf-8", but the file begins as UTF-16 does/,
    ],
    ["a name that nobody knows", Buffer.from(declared("x-own")), /"x-own", which is not known/],
    ["half a pair in UTF-16", Buffer.from(`\ufeff<D>\ud800</D>`, "utf16le"), /\(UTF-16\)/],
  ])("that lies is an error: it says %s", async (_, bytes, message) => {
    await expect(idsIn(bytes)).rejects.toEqual(failure("badEncoding", message));
  });
});

describe("a hostile document", () => {
  test.each([
    [
      "entities that expand",
      `<!DOCTYPE D [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><D>${group(id("&b;"))}</D>`,
      "DMF1830",
      /DOCTYPE/,
    ],
    ["elements nested without end", `${"<a>".repeat(100_000)}`, "overLimit", /nested more than 32 deep/],
    [
      "a thousand and more attributes",
      `<D><x ${Array.from({ length: 1100 }, (_, at) => `a${at}="1"`).join(" ")}/></D>`,
      "overLimit",
      /more than 1024 attributes/,
    ],
    ["a name of megabytes", `<D><${"n".repeat(5_000_000)}`, "overLimit", /longer than/],
    ["a name of kilobytes", `<D><${"n".repeat(2000)}/></D>`, "overLimit", /name is longer than 1024/],
    ["a text of megabytes", `<D>${group(id("x".repeat(1_100_000)))}</D>`, "overLimit", /field is longer than 1048576/],
    [
      "a record of megabytes",
      `<D>${group(..."abcdefgh".split("").map((name) => `<${name}>${"x".repeat(1_000_000)}</${name}>`))}</D>`,
      "overLimit",
      /record is longer than 4194304/,
    ],
    ["a comment of megabytes", `<D><!--${"x".repeat(5_000_000)}`, "overLimit", /comment/],
    ["an attribute of megabytes", `<D><x a="${"x".repeat(2_000_000)}"/></D>`, "overLimit", /attribute is longer/],
  ])("is refused for %s", async (_, document, code, message) => {
    await expect(readXml(document, xmlElement, of, 65_536)).rejects.toEqual(failure(code, message));
  });

  test("has no more than 1,024 columns, and warns of the others", async () => {
    const fields = Array.from({ length: 1100 }, (_, at) => `<c${at}/>`);
    const { columns, oddities } = await readXml(`<D>${group(...fields)}</D>`, xmlElement, of);

    expect(columns).toHaveLength(1024);
    expect(oddities[0]).toMatchObject({ kind: "unreadElement", count: 78 });
  });

  test("is refused for a text that does not end, long before it was read", async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`<D><CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>`);
      for (; sent < 100 * 1024 * 1024; sent += 65_536) yield Buffer.alloc(65_536, "x");
    }

    await expect(openXml(endless(), xmlElement, of, noPace)).rejects.toEqual(
      failure("overLimit", /longer than 4194304/),
    );
    expect(sent).toBeLessThan(6 * 1024 * 1024);
  });
});
