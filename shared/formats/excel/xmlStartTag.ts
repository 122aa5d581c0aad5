import { ampersand, beginElement, endElement, lessThan, nameIn, refuseXml, type XmlScan } from "./xmlScan.ts";
import { attributesMax, isDecodable, type Tag } from "./xmlTag.ts";

const [blank, tab, lineFeed, carriageReturn] = [0x20, 0x09, 0x0a, 0x0d];
const [slash, greaterThan, equals, doubleQuote, singleQuote] = [0x2f, 0x3e, 0x3d, 0x22, 0x27];

/** 1 for each byte that a name may hold, 2 for those that it may also begin with. */
const nameBytes = new Uint8Array(256);
for (let byte = 0x80; byte < 0x100; byte += 1) nameBytes[byte] = 2;
for (const sign of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:") nameBytes[sign.charCodeAt(0)] = 2;
for (const sign of "0123456789-.") nameBytes[sign.charCodeAt(0)] = 1;

/** What reading a part of a tag answers when its end has not arrived. */
const unfinished = -1;

export function isBlank(byte: number): boolean {
  return byte === blank || byte === tab || byte === lineFeed || byte === carriageReturn;
}

/** False while the tag's end has not arrived. */
export function readStartTag(scan: XmlScan): boolean {
  const { bytes, filled, position, tag } = scan;
  const nameEnd = endOfName(scan, position + 1);
  if (nameEnd === filled) return false;
  tag.bytes = bytes;
  tag.count = 0;
  let at = nameEnd;
  for (;;) {
    const next = afterBlanks(scan, at);
    if (next === filled) return false;
    const byte = bytes[next]!;
    if (byte === greaterThan || byte === slash) {
      if (byte === slash && next + 1 === filled) return false;
      return finishTag(scan, nameEnd, next);
    }
    if (next === at) throw refuseXml(scan, "a tag has an attribute without a blank in front");
    at = readAttribute(scan, tag, next);
    if (at === unfinished) return false;
  }
}

function finishTag(scan: XmlScan, nameEnd: number, end: number): boolean {
  const { bytes, position } = scan;
  const name = nameIn(scan, position + 1, nameEnd);
  const isEmpty = bytes[end] === slash;
  if (isEmpty && bytes[end + 1] !== greaterThan) throw refuseXml(scan, "a tag has a stray slash");
  beginElement(scan, name);
  if (isEmpty) endElement(scan, name);
  scan.position = end + (isEmpty ? 2 : 1);
  return true;
}

function readAttribute(scan: XmlScan, tag: Tag, start: number): number {
  const { bytes, filled } = scan;
  const nameEnd = endOfName(scan, start);
  const equalsAt = afterBlanks(scan, nameEnd);
  if (equalsAt === filled) return unfinished;
  if (bytes[equalsAt] !== equals) throw refuseXml(scan, "a tag has an attribute without a value");
  const quoteAt = afterBlanks(scan, equalsAt + 1);
  if (quoteAt >= filled) return unfinished;
  const quote = bytes[quoteAt];
  if (quote !== doubleQuote && quote !== singleQuote) throw refuseXml(scan, "an attribute's value is not in quotes");
  const end = endOfValue(scan, quoteAt + 1, quote);
  if (end === unfinished) return unfinished;
  addAttribute(scan, tag, start, nameEnd, quoteAt + 1, end);
  return end + 1;
}

/** 1 for each byte that ends the value of an attribute, or asks for a closer look at it. */
const valueStops = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte += 1) valueStops[byte] = isBlank(byte) ? 0 : 1;
for (const byte of [lessThan, ampersand, doubleQuote, singleQuote]) valueStops[byte] = 1;

function endOfValue(scan: XmlScan, start: number, quote: number): number {
  const { bytes, filled } = scan;
  let hasEntity = false;
  for (let end = start; ; end += 1) {
    while (valueStops[bytes[end]!] === 0) end += 1;
    if (end === filled) return unfinished;
    const byte = bytes[end]!;
    if (byte === lessThan) throw refuseXml(scan, 'an attribute\'s value holds "<"');
    if (byte < blank) throw refuseXml(scan, "it holds a control character that XML does not allow");
    if (byte === ampersand) hasEntity = true;
    if (byte !== quote) continue;
    if (hasEntity && !isDecodable(bytes.toString("utf8", start, end))) {
      throw refuseXml(scan, "it holds an entity that is not known");
    }
    return end;
  }
}

function addAttribute(
  scan: XmlScan,
  tag: Tag,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  const name = nameIn(scan, nameStart, nameEnd);
  for (let index = 0; index < tag.count; index += 1) {
    if (tag.names[index]!.text === name.text) throw refuseXml(scan, "a tag has an attribute twice");
  }
  if (tag.count === attributesMax) throw refuseXml(scan, `a tag has more than ${attributesMax} attributes`);
  tag.names[tag.count] = name;
  tag.starts[tag.count] = valueStart;
  tag.ends[tag.count] = valueEnd;
  tag.count += 1;
}

/** Behind the name that begins here; as far as the bytes are filled while more of it may arrive. */
function endOfName(scan: XmlScan, start: number): number {
  const { bytes, filled } = scan;
  if (start < filled && nameBytes[bytes[start]!] !== 2) throw refuseXml(scan, "a tag has something that is no name");
  let at = start;
  while (at < filled && nameBytes[bytes[at]!] !== 0) at += 1;
  return at;
}

function afterBlanks({ bytes, filled }: XmlScan, start: number): number {
  let at = start;
  while (at < filled && isBlank(bytes[at]!)) at += 1;
  return at;
}
