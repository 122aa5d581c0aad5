import { FormatError } from "../recordFormat.ts";
import { type Tag, knownName, type KnownName, newTag } from "./xmlTag.ts";

/** What a part of a workbook holds, as it comes. Names are without their prefixes. */
export interface XmlHandler {
  open(name: string, tag: Tag): void;
  /** A text may come in several pieces, cut between characters; they are good until the call returns. */
  text(bytes: Buffer, start: number, end: number): void;
  close(name: string): void;
  /** Set when no more can be taken for now: the scanner stops behind the tag or text that it is at. */
  isFull?: boolean;
}

/** The scanner's place in the bytes. */
export interface XmlScan {
  readonly partName: string;
  readonly handler: XmlHandler;
  bytes: Buffer;
  /** How far the bytes are filled; a "<" stands there, so that every search ends. */
  filled: number;
  position: number;
  /** Bytes of the part in front of these. */
  passed: number;
  isLast: boolean;
  readonly path: KnownName[];
  hasRoot: boolean;
  readonly tag: Tag;
  readonly names: (KnownName | undefined)[];
}

export const lessThan = 0x3c;
export const carriageReturn = 0x0d;
export const lineFeed = 0x0a;
export const ampersand = 0x26;

const nameSlots = 1024;
const depthMax = 64;
/** Of one tag, comment or section: far more than any has. */
const markupBytesMax = 1024 * 1024;

export function newXmlScan(partName: string, handler: XmlHandler): XmlScan {
  return {
    partName,
    handler,
    bytes: Buffer.alloc(1),
    filled: 0,
    position: 0,
    passed: 0,
    isLast: false,
    path: [],
    hasRoot: false,
    tag: newTag(),
    names: Array.from({ length: nameSlots }),
  };
}

/** Puts a piece behind what is left, at the beginning of the memory. */
export function appendXml(scan: XmlScan, piece: Uint8Array): void {
  const { bytes, position, filled } = scan;
  const rest = filled - position;
  if (rest > markupBytesMax) throw refuseXml(scan, "it holds a tag, a comment or a section of more than 1 MB");
  if (rest + piece.length + 1 > bytes.length) {
    scan.bytes = Buffer.allocUnsafeSlow(2 * (rest + piece.length + 1));
    bytes.copy(scan.bytes, 0, position, filled);
  } else if (position > 0) bytes.copyWithin(0, position, filled);
  scan.bytes.set(piece, rest);
  scan.passed += position;
  scan.position = 0;
  scan.filled = rest + piece.length;
  scan.bytes[scan.filled] = lessThan;
}

/** A name of the bytes; the same ones, which nearly all are, cost no new string. */
export function nameIn({ bytes, names }: XmlScan, start: number, end: number): KnownName {
  const slot = ((end - start) * 61 + bytes[start]! * 7 + bytes[end - 1]!) & (nameSlots - 1);
  const known = names[slot];
  if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known;
  const name = knownName(Buffer.from(bytes.subarray(start, end)));
  names[slot] = name;
  return name;
}

function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[start + at]) return false;
  return true;
}

export function beginElement(scan: XmlScan, name: KnownName): void {
  if (scan.path.length === 0 && scan.hasRoot) throw refuseXml(scan, "it has more than one root element");
  if (scan.path.length >= depthMax) throw refuseXml(scan, `its elements are nested more than ${depthMax} deep`);
  scan.hasRoot = true;
  scan.path.push(name);
  scan.handler.open(name.local, scan.tag);
}

export function endElement(scan: XmlScan, name: KnownName): void {
  const open = scan.path.pop();
  if (open?.text !== name.text) throw refuseXml(scan, "an end tag does not fit its start tag");
  scan.handler.close(open.local);
}

/** Says which part of the workbook cannot be read, where, and what to do. */
export function refuseXml(scan: XmlScan, what: string): FormatError {
  const place = scan.passed + scan.position + 1;
  const text = `The workbook cannot be read: ${what} (${scan.partName}, byte ${place}). Open it in Excel and save it again.`;
  return new FormatError("badWorkbook", text);
}
