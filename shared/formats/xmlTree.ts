import { SaxesParser } from "saxes";
import type { Pace } from "../ports/pace.ts";
import { FormatError } from "./recordFormat.ts";
import { decodeWhole } from "./textDecoding.ts";

/** An element of a small document. Names are local names: prefixes and namespaces are left out. */
export interface XmlElement {
  readonly name: string;
  readonly isNil: boolean;
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** The line on which the element begins. */
  readonly line: number;
}

const XML_DEPTH_MAX = 32;
const XML_ELEMENTS_MAX = 300_000;
/** Between two pieces the reader may rest. */
const pieceCharacters = 64 * 1024;

interface OpenElement {
  readonly name: string;
  readonly isNil: boolean;
  readonly line: number;
  text: string;
  readonly children: XmlElement[];
}

/**
 * Reads a small document whole: UTF-8, or UTF-16 with or without a byte order mark. Malformed text, any document type
 * declaration, and nesting or numbers beyond the limits are refused with the line.
 */
export async function readXmlTree(bytes: Uint8Array, fileName: string, pace: Pace): Promise<XmlElement> {
  const parser = new SaxesParser({ xmlns: false });
  const refuse = (what: string): never => {
    throw new FormatError("badXml", `${fileName} cannot be read: ${what} (line ${parser.line}).`, parser.line);
  };
  const tree = newTree(refuse);
  parser.on("error", (error) => refuse(error.message.replace(/^\d+:\d+: /u, "")));
  parser.on("doctype", () => refuse("a document type declaration (DOCTYPE) is not allowed"));
  parser.on("opentag", (tag) => {
    tree.open({ name: localName(tag.name), isNil: isNil(tag.attributes), line: parser.line, text: "", children: [] });
  });
  parser.on("text", (text) => tree.addText(text));
  parser.on("cdata", (text) => tree.addText(text));
  parser.on("closetag", () => tree.close());
  const text = decodeWhole(bytes, { codePage: codePageOf(bytes), isUnicodeRequired: false });
  for (let from = 0; from < text.length; from += pieceCharacters) {
    parser.write(text.slice(from, from + pieceCharacters));
    if (pace.isOver()) await pace.rest();
  }
  parser.close();
  return tree.root() ?? refuse("it has no element");
}

function newTree(refuse: (what: string) => never) {
  const top: OpenElement = { name: "", isNil: false, line: 1, text: "", children: [] };
  const path: OpenElement[] = [top];
  let elements = 0;
  return {
    open(element: OpenElement): void {
      elements += 1;
      if (elements > XML_ELEMENTS_MAX) refuse(`it has more than ${XML_ELEMENTS_MAX} elements`);
      if (path.length > XML_DEPTH_MAX) refuse(`its elements are nested more than ${XML_DEPTH_MAX} deep`);
      path.at(-1)?.children.push(element);
      path.push(element);
    },
    addText(text: string): void {
      const element = path.at(-1);
      if (element !== undefined) element.text += text;
    },
    close(): void {
      path.pop();
    },
    root: (): XmlElement | undefined => top.children[0],
  };
}

// Without a byte order mark, the first "<" tells one, two and four bytes per character apart.
function codePageOf(bytes: Uint8Array): number {
  if (bytes[0] === 0x3c && bytes[1] === 0) return 1200;
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 1201;
  return 65001;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function isNil(attributes: Readonly<Record<string, string>>): boolean {
  return Object.entries(attributes).some(
    ([name, value]) => localName(name) === "nil" && (value.trim() === "true" || value.trim() === "1"),
  );
}
