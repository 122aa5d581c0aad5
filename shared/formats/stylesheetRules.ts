import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from "saxes";

/** What is wrong with a stylesheet, and where; both numbers are 1-based. */
export interface StylesheetProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

const xslt = "http://www.w3.org/1999/XSL/Transform";
const microsoft = "urn:schemas-microsoft-com:xslt";
const exsltCommon = "http://exslt.org/common";
const problemsMax = 20;
/** They would fetch what is elsewhere. */
const refusedElements: Readonly<Record<string, string>> = {
  import: "xsl:import is not allowed: put what it imports into this stylesheet.",
  include: "xsl:include is not allowed: put what it includes into this stylesheet.",
};
/** Elements of these namespaces do something, rather than stand in the result. */
const extensionNamespaces =
  /^(?:urn:schemas-microsoft-com:xslt$|http:\/\/exslt\.org\/|http:\/\/icl\.com\/saxon|http:\/\/xml\.apache\.org\/x|org\.apache\.xalan)/;
const xpathAttributes = new Set(["select", "test", "match", "use", "count", "from", "value", "group-separator"]);

/**
 * What a stylesheet may not have here, by name and place: other documents, scripts and extension elements, a DOCTYPE, a
 * later version of the language. Whether it compiles is for the processor to say.
 */
export function stylesheetProblems(content: string): readonly StylesheetProblem[] {
  const problems: StylesheetProblem[] = [];
  const parser = new SaxesParser({ xmlns: true });
  const add = (message: string): void => {
    if (problems.length < problemsMax) problems.push({ message, line: parser.line, column: parser.column });
  };
  let isMalformed = false;
  let depth = 0;
  parser.on("error", ({ message }) => {
    if (!isMalformed) add(`It is no well-formed XML: ${message.replace(/^\d+:\d+: /u, "")}`);
    isMalformed = true;
  });
  parser.on("doctype", () => add("A document type declaration (DOCTYPE) is not allowed."));
  parser.on("opentag", (tag) => {
    if (depth === 0) checkRoot(tag, add);
    depth += 1;
    checkElement(tag, add);
  });
  parser.on("closetag", () => (depth -= 1));
  parser.write(content.replace(/^\uFEFF/u, "")).close();
  return problems;
}

type Add = (message: string) => void;

function checkRoot({ uri, local, name, attributes }: SaxesTagNS, add: Add): void {
  if (uri !== xslt || (local !== "stylesheet" && local !== "transform")) {
    add(`The root is "${name}", where a stylesheet has xsl:stylesheet of ${xslt}.`);
    return;
  }
  const version = attributes["version"]?.value.trim();
  if (version === "1.0") return;
  add(version === undefined ? 'Its root has no version="1.0".' : `It is XSLT ${version}; here XSLT 1.0 is applied.`);
}

function checkElement({ uri, local, name, attributes }: SaxesTagNS, add: Add): void {
  if (uri === xslt) {
    const refused = refusedElements[local];
    if (refused !== undefined) add(refused);
    if (local === "output") checkOutput(attributes, add);
  } else if (extensionNamespaces.test(uri)) {
    add(
      uri === microsoft && local === "script"
        ? "Scripts (msxsl:script) are not allowed."
        : `The extension element ${name} is not allowed.`,
    );
  }
  for (const attribute of Object.values(attributes)) {
    if (attribute.local === "extension-element-prefixes" && (uri === xslt || attribute.uri === xslt)) {
      add("Extension elements (extension-element-prefixes) are not allowed.");
    }
    if (expressionsOf(uri, attribute).some((each) => callsDocument(each))) {
      add("document() is not allowed: a stylesheet reads the file alone.");
    }
  }
}

function checkOutput(attributes: Readonly<Record<string, SaxesAttributeNS>>, add: Add): void {
  const method = attributes["method"]?.value.trim() ?? "xml";
  if (method !== "xml") add(`Its output method is "${method}"; the result must be XML.`);
}

/** The XPath of an attribute: all of it where XSLT has it so, what stands in braces elsewhere. */
function expressionsOf(uri: string, { local, value }: SaxesAttributeNS): readonly string[] {
  if (uri === xslt && xpathAttributes.has(local)) return [value];
  return [...value.matchAll(/\{([^{}]*)\}/gu)].map(([, inner = ""]) => inner);
}

function callsDocument(expression: string): boolean {
  return /(?<![\w.:-])document\s*\(/u.test(expression.replace(/"[^"]*"|'[^']*'/gu, '""'));
}

/** The same as the processor knows it: the function node-set of Microsoft's processors is that of EXSLT. */
export function withKnownExtensions(content: string): string {
  return content
    .replace(/^\uFEFF/u, "")
    .replace(/^(\s*<\?xml[^>]*?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')/u, "$1")
    .replaceAll(`"${microsoft}"`, `"${exsltCommon}"`)
    .replaceAll(`'${microsoft}'`, `'${exsltCommon}'`);
}
