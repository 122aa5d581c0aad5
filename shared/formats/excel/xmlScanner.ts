import {
  ampersand,
  appendXml,
  carriageReturn,
  endElement,
  lessThan,
  lineFeed,
  nameIn,
  newXmlScan,
  refuseXml,
  type XmlHandler,
  type XmlScan,
} from "./xmlScan.ts";
import { isBlank, readStartTag } from "./xmlStartTag.ts";
import { entityOf } from "./xmlTag.ts";

/**
 * Takes UTF-8 that arrives in pieces, cut between characters, apart into the elements and texts of XML. The millions of
 * cells of a sheet stay bytes, which costs a quarter of what strings do. Any document type declaration, and
 * what is malformed, is refused with its place.
 */
export interface XmlScanner {
  push(piece: Uint8Array): void;
  /** Goes on behind the place where the handler was full. Call it until the handler is full no more. */
  goOn(): void;
  /** Call once, after the last piece. */
  finish(): void;
}

export function createXmlScanner(partName: string, handler: XmlHandler): XmlScanner {
  const scan = newXmlScan(partName, handler);
  return {
    push(piece) {
      appendXml(scan, piece);
      run(scan);
    },
    goOn: () => run(scan),
    finish() {
      scan.isLast = true;
      run(scan);
      if (handler.isFull === true) return;
      if (scan.position < scan.filled || scan.path.length > 0) throw refuseXml(scan, "it is cut short");
      if (!scan.hasRoot) throw refuseXml(scan, "it has no element");
    },
  };
}

function run(scan: XmlScan): void {
  const { handler } = scan;
  while (scan.position < scan.filled && handler.isFull !== true) {
    const isRead = scan.bytes[scan.position] === lessThan ? readMarkup(scan) : readText(scan);
    if (!isRead) return;
  }
}

/** 1 for each byte that ends a text, or asks for a closer look at it. */
const stops = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte += 1) stops[byte] = byte === 0x09 || byte === lineFeed ? 0 : 1;
stops[lessThan] = 1;
stops[ampersand] = 1;

/** False while more of it must arrive. */
function readText(scan: XmlScan): boolean {
  const { bytes, filled, position } = scan;
  let at = position;
  while (stops[bytes[at]!] === 0) at += 1;
  if (at > position) {
    emit(scan, bytes, position, at);
    scan.position = at;
    return true;
  }
  if (bytes[at] === ampersand) return readEntity(scan);
  if (bytes[at] !== carriageReturn) throw refuseXml(scan, "it holds a control character that XML does not allow");
  if (at + 1 === filled && !scan.isLast) return false;
  // A line ends in LF, whatever ended it in the file.
  if (at + 1 === filled || bytes[at + 1] !== lineFeed) emit(scan, newLine, 0, 1);
  scan.position = at + 1;
  return true;
}

const newLine = Buffer.from("\n");
const entityBytesMax = 12;

function readEntity(scan: XmlScan): boolean {
  const { bytes, filled, position } = scan;
  const end = bytes.subarray(position, Math.min(filled, position + entityBytesMax)).indexOf(0x3b);
  if (end < 0 && filled - position < entityBytesMax && !scan.isLast) return false;
  const found = end < 0 ? undefined : entityOf(bytes.toString("latin1", position + 1, position + end));
  if (found === undefined) throw refuseXml(scan, "it holds an entity that is not known");
  if (scan.path.length === 0) throw refuseXml(scan, "it has text outside its root element");
  const text = Buffer.from(found);
  emit(scan, text, 0, text.length);
  scan.position = position + end + 1;
  return true;
}

function emit(scan: XmlScan, bytes: Buffer, start: number, end: number): void {
  if (scan.path.length > 0) {
    scan.handler.text(bytes, start, end);
    return;
  }
  for (let at = start; at < end; at += 1) {
    if (!isBlank(bytes[at]!)) throw refuseXml(scan, "it has text outside its root element");
  }
}

const [slash, exclamation, question, greaterThan] = [0x2f, 0x21, 0x3f, 0x3e];

function readMarkup(scan: XmlScan): boolean {
  const { bytes, position, filled } = scan;
  if (position + 1 === filled) return false;
  const next = bytes[position + 1];
  if (next === slash) return readEndTag(scan);
  if (next === question) return readSection(scan, "<?", "?>") !== undefined;
  if (next === exclamation) return readDeclaration(scan);
  return readStartTag(scan);
}

function readEndTag(scan: XmlScan): boolean {
  const { bytes, filled, position } = scan;
  let end = position + 2;
  while (end < filled && bytes[end] !== greaterThan) end += 1;
  if (end === filled) return false;
  let nameEnd = end;
  while (nameEnd > position + 2 && isBlank(bytes[nameEnd - 1]!)) nameEnd -= 1;
  if (nameEnd === position + 2) throw refuseXml(scan, "an end tag has no name");
  endElement(scan, nameIn(scan, position + 2, nameEnd));
  scan.position = end + 1;
  return true;
}

/** A comment, which says nothing, or text that stands as it is. */
function readDeclaration(scan: XmlScan): boolean {
  const { bytes, position, filled } = scan;
  const start = bytes.toString("latin1", position, Math.min(filled, position + cdata.length));
  if (start.startsWith("<!--")) return readSection(scan, "<!--", "-->") !== undefined;
  if (start === cdata) {
    const section = readSection(scan, cdata, "]]>");
    if (section === undefined) return false;
    if (section.some((byte) => stops[byte] === 1 && byte < 0x20 && byte !== carriageReturn)) {
      throw refuseXml(scan, "it holds a control character that XML does not allow");
    }
    const text = Buffer.from(section.toString("utf8").replace(/\r\n?/g, "\n"));
    emit(scan, text, 0, text.length);
    if (scan.path.length === 0) throw refuseXml(scan, "it has text outside its root element");
    return true;
  }
  if (start.length < cdata.length && (cdata.startsWith(start) || "<!--".startsWith(start))) return false;
  throw refuseXml(scan, "a document type declaration (DOCTYPE) is not allowed");
}

const cdata = "<![CDATA[";

/** What stands between the two signs, behind which the scan goes; undefined while its end has not arrived. */
function readSection(scan: XmlScan, open: string, close: string): Buffer | undefined {
  const { bytes, position, filled } = scan;
  const start = position + open.length;
  const end = bytes.subarray(0, filled).indexOf(close, start, "latin1");
  if (end < 0) return undefined;
  scan.position = end + close.length;
  return bytes.subarray(start, end);
}
