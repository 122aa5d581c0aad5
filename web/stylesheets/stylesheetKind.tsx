import type { Draft } from "../api/definitions.ts";
import type { DefinitionKind } from "../parts/definition/kind.ts";

type StylesheetDraft = Draft<"stylesheets">;

const labels: Readonly<Record<string, string>> = { name: "Name", description: "Description", content: "XSLT" };

export const stylesheetKind: DefinitionKind<"stylesheets"> = {
  list: "stylesheets",
  noun: "stylesheet",
  title: "Stylesheets",
  draftOf: ({ name, description, content }) => ({ name, description, content }),
  membersOf: (draft) => ({ ...draft }),
  ofMembers: (members) => ({
    name: textOf(members["name"]),
    description: textOf(members["description"]),
    content: textOf(members["content"]),
  }),
  show: (member, value) => ({
    label: labels[member] ?? member,
    content: member === "content" ? <pre className="source">{textOf(value)}</pre> : <bdi>{textOf(value)}</bdi>,
  }),
};

/** One that changes nothing, to begin with. */
export function newStylesheet(): StylesheetDraft {
  return {
    name: "",
    description: "",
    content: `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@* | node()">
    <xsl:copy><xsl:apply-templates select="@* | node()"/></xsl:copy>
  </xsl:template>
</xsl:stylesheet>
`,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
