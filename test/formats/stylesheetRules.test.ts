import { describe, expect, test } from "vitest";
import { stylesheetProblems, withKnownExtensions } from "../../shared/formats/stylesheetRules.ts";
import { stylesheet } from "../support/stylesheets.ts";

const one = (inner: string, attributes = "") => stylesheetProblems(stylesheet(inner, attributes));

describe("a stylesheet", () => {
  test("of templates, keys, variables and node-sets has no problem", () => {
    const inner = `<xsl:key name="k" match="E" use="G"/><xsl:template match="/"><xsl:variable name="v"><x/></xsl:variable>
      <D f="{count(msxsl:node-set($v)/x)}" note="document(1) is text here"><xsl:value-of select="'document(x)'"/></D></xsl:template>`;

    expect(one(inner)).toEqual([]);
  });

  test.each([
    [`<xsl:import href="a.xsl"/>`, "xsl:import is not allowed"],
    [`<xsl:include href="http://evil/a.xsl"/>`, "xsl:include is not allowed"],
    [
      `<xsl:template match="/"><D><xsl:copy-of select="document('file:///etc/passwd')"/></D></xsl:template>`,
      "document() is",
    ],
    [`<xsl:template match="/"><D f="{document(.)}"/></xsl:template>`, "document() is not allowed"],
    [`<xsl:template match="/"><xsl:if test="document ( 'x' )"/></xsl:template>`, "document() is not allowed"],
    [`<msxsl:script language="C#">evil()</msxsl:script>`, "Scripts (msxsl:script)"],
    [`<xsl:template match="/"><exsl:document href="/tmp/x"/></xsl:template>`, "extension element exsl:document"],
    [`<xsl:output method="text"/>`, 'output method is "text"'],
  ])("is refused by name for %s", (inner, message) => {
    const problems = one(`\n${inner}`);

    expect(problems).toEqual([{ message: expect.stringContaining(message), line: 2, column: expect.any(Number) }]);
    expect(problems[0]!.column).toBeGreaterThan(1);
  });

  test("is refused for prefixes of extension elements, a later version, another root and a DOCTYPE", () => {
    expect(one("", ' extension-element-prefixes="exsl"')[0]?.message).toContain("extension-element-prefixes");
    expect(stylesheetProblems(stylesheet("").replace('version="1.0"', 'version="2.0"'))[0]?.message).toBe(
      "It is XSLT 2.0; here XSLT 1.0 is applied.",
    );
    expect(stylesheetProblems("<html/>")[0]?.message).toContain('The root is "html"');
    expect(stylesheetProblems(`<!DOCTYPE x [<!ENTITY a "b">]>${stylesheet("")}`)[0]?.message).toContain("DOCTYPE");
  });

  test("that is no well-formed XML is refused once, with its place", () => {
    expect(stylesheetProblems("<a>\n<b></a>")).toContainEqual({
      message: expect.stringContaining("no well-formed XML"),
      line: 2,
      column: expect.any(Number),
    });
  });

  test("has the node-set of Microsoft's processors under the name that is known here", () => {
    const text = withKnownExtensions(`\uFEFF<?xml version="1.0" encoding="utf-16"?>${stylesheet("")}`);

    expect(text).toMatch(/^<\?xml version="1.0"\?>/);
    expect(text).not.toContain("urn:schemas-microsoft-com:xslt");
  });
});
