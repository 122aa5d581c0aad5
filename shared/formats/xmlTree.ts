import { SaxesParser } from "saxes";
import type { Pace } from "../ports/pace.ts";
import { FormatError } from "./recordFormat.ts";
import { decodeWhole } from "./textDecoding.ts";
import { codePageNamed, declaredEncoding, saveAsUtf8 } from "./xmlEncoding.ts";
import { localName } from "./xmlNames.ts";

/** An element of a small document. Names are local names: prefixes and namespaces are left out. */
export interface XmlElement {
  readonly name: string;
  readonly isNil: boolean;
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** The line on which the element begins. */
  readonly line: number;
}

const UTF8 = 65001;
const UTF16LE = 1200;
const UTF16BE = 1201;
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
 * Reads a small document whole: UTF-8, UTF-16 with or without a byte order mark, or the single-byte encoding that its
 * XML declaration names. Malformed text, any document type
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
  const text = decodeXmlText(bytes, fileName);
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

/** The text of a small document in whichever encoding it has; characters that are none are an error with their line. */
export function decodeXmlText(bytes: Uint8Array, fileName: string): string {
  const codePage = codePageOf(bytes, fileName);
  try {
    return decodeWhole(bytes, { codePage, isUnicodeRequired: false });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (error.code !== "badEncoding") throw new FormatError(error.code, `${fileName} cannot be read: ${error.message}`);
    const declared = declaredEncoding(bytes) ?? "UTF-8";
    const line = codePage === UTF8 ? lineOfBadUtf8(bytes) : null;
    const where = line === null ? "" : `, first on line ${line}`;
    const text = `${fileName} cannot be read: some of its bytes are no characters of its encoding (${declared})${where}. ${saveAsUtf8}`;
    throw new FormatError("badEncoding", text, line);
  }
}

function lineOfBadUtf8(bytes: Uint8Array): number | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const at = text.indexOf("\uFFFD");
  return at < 0 ? null : text.slice(0, at).split(/\r\n|\r|\n/u).length;
}

// Without a byte order mark, the first "<" tells one, two and four bytes per character apart.
function codePageOf(bytes: Uint8Array, fileName: string): number {
  if (bytes[0] === 0x3c && bytes[1] === 0) return UTF16LE;
  if (bytes[0] === 0 && bytes[1] === 0x3c) return UTF16BE;
  const declared = declaredEncoding(bytes);
  // A declaration that can be read in single bytes is wrong where it says UTF-16, as .NET writes it to strings.
  if (declared === undefined || /^(?:utf-?(?:8|16)|ucs-?2|unicode)/iu.test(declared)) return UTF8;
  const codePage = codePageNamed(declared);
  if (codePage !== undefined) return codePage;
  const text = `${fileName} cannot be read: its first line names the encoding "${declared}", which is not known here. ${saveAsUtf8}`;
  throw new FormatError("badEncoding", text);
}

function isNil(attributes: Readonly<Record<string, string>>): boolean {
  return Object.entries(attributes).some(
    ([name, value]) => localName(name) === "nil" && (value.trim() === "true" || value.trim() === "1"),
  );
}
