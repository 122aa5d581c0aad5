import { type DataEntity, isSameName } from "../domain/dataEntity.ts";
import { foldName } from "../domain/foldName.ts";
import { nameList } from "../domain/nameList.ts";
import { findOddCells, type Oddity } from "../domain/oddCells.ts";
import type { RowBatch } from "../domain/rowBatch.ts";
import type { XmlFormat } from "../domain/sourceFormats/xml.ts";
import type { Pace } from "../ports/pace.ts";
import { evenChunks, readStart } from "./byteChunks.ts";
import { describeContent, recogniseContent } from "./contentKind.ts";
import type { RecordsOf } from "./fileFormat.ts";
import { FormatError, type RecordReader } from "./recordFormat.ts";
import { decodeText } from "./textDecoding.ts";
import { encodingOfXml, saveAsUtf8 } from "./xmlEncoding.ts";
import { decodeXmlName, localName, ownCopy } from "./xmlNames.ts";
import { createXmlScanner, type XmlScanner } from "./xmlScanner.ts";

const startBytes = 512;
const chunkBytes = 64 * 1024;
/** The shortest record, `<a/>`, and so many cells at most in one batch. */
const recordBytesMin = 4;
const cellsMax = 256 * 1024;
const pieceBytesMin = 1024;

/**
 * Opens an XML file, and reads as far as its columns show: those that are expected, and those that the first records have
 * beside. A record need not have each.
 */
export async function openXml(
  bytes: AsyncIterable<Uint8Array>,
  format: XmlFormat,
  of: RecordsOf,
  pace: Pace,
): Promise<RecordReader> {
  const { start, whole } = await readStart(bytes, startBytes);
  requireXml(start, format);
  const records = recordNames(of.entity);
  const scanner = createXmlScanner(format, of.expected, records.isOne, of.entity);
  const batches = readBatches(whole, start, scanner, pace);
  try {
    const first = await batches.next();
    requireRecords(scanner, of.entity);
    const read = continued(first.done === true ? undefined : first.value, batches);
    const recordName = records.first();
    return {
      columns: scanner.columns(),
      batches: read,
      oddities: () => oddities(scanner, of),
      ...(recordName !== undefined && { recordName }),
    };
  } catch (error) {
    await batches.return();
    throw error;
  }
}

function requireXml(start: Uint8Array, { name }: XmlFormat): void {
  const kind = recogniseContent(start);
  if (kind === "empty")
    throw new FormatError("DMF2053", "The file is empty. Send a document with at least one record.");
  const isMarkup = /^[^\x20-\x7e]*\s*</.test(Buffer.from(start).toString("latin1"));
  if (kind === "xml" || (kind === "text" && isMarkup)) return;
  const text = `Expected ${name} (an XML document), found ${describeContent(kind)}. Send the format of the entity line, or change the line.`;
  throw new FormatError("DMF1855", text);
}

/** Which elements are records: those named by AOT name or label in any case; for a sample of no entity, like the first one. */
function recordNames(entity: DataEntity | undefined) {
  let names = entity && new Set([entity.aotName, ...labelNames(entity.name)].map(foldName));
  let first: string | undefined;
  const known = new Map<string, boolean>();
  const isOne = (spelling: string): boolean => {
    const before = known.get(spelling);
    if (before !== undefined) return before;
    const spelled = decodeXmlName(localName(spelling));
    const name = foldName(spelled);
    names ??= new Set([name]);
    if (names.has(name)) first ??= ownCopy(spelled);
    if (known.size < spellingsMax) known.set(ownCopy(spelling), names.has(name));
    return names.has(name);
  };
  return { isOne, first: () => first };
}

const spellingsMax = 1000;

/** A label as the name of an element, in the ways in which people write one. */
function labelNames(label: string): readonly string[] {
  return [label, label.replaceAll(/[^\p{L}\p{N}]+/gu, "_"), label.replaceAll(/[^\p{L}\p{N}]+/gu, "")];
}

async function* readBatches(
  bytes: AsyncIterable<Uint8Array>,
  start: Uint8Array,
  scanner: XmlScanner,
  pace: Pace,
): AsyncGenerator<RowBatch, void, undefined> {
  for await (const piece of readUtf8(bytes, start, scanner)) {
    const sizeBytes = Math.max(pieceBytesMin, Math.floor((recordBytesMin * cellsMax) / scanner.width()));
    for (let from = 0; from < piece.length;) {
      const to = betweenCharacters(piece, from + sizeBytes);
      // A text of its own is read faster than a part of another one.
      scanner.write(piece.toString("utf8", from, to));
      from = to;
      yield* taken(scanner);
      if (pace.isOver()) await pace.rest();
    }
  }
  scanner.end();
  yield* taken(scanner);
}

function* taken(scanner: XmlScanner): Generator<RowBatch> {
  const batch = scanner.take();
  if (!batch) return;
  findOddCells(batch, scanner.oddities);
  yield batch;
}

/** The place, or where the character ends in which it lies. */
function betweenCharacters(utf8: Buffer, place: number): number {
  let at = Math.min(place, utf8.length);
  while (at < utf8.length && (utf8[at]! & 0xc0) === 0x80) at += 1;
  return at;
}

/** The file's text, in pieces that are cut between characters. */
async function* readUtf8(
  bytes: AsyncIterable<Uint8Array>,
  start: Uint8Array,
  scanner: XmlScanner,
): AsyncGenerator<Buffer, void, undefined> {
  const encoding = encodingOfXml(start);
  try {
    const decoded = decodeText(evenChunks(bytes, chunkBytes), { ...encoding, isUnicodeRequired: false });
    for await (const piece of decoded) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  } catch (error) {
    if (!(error instanceof FormatError) || error.code !== "badEncoding") throw error;
    const where = /near byte \d+/.exec(error.message)?.[0] ?? "somewhere";
    const text = `Some of its bytes are no characters of its encoding (${encoding.name}), ${where}, behind line ${scanner.line()}. ${saveAsUtf8}`;
    throw new FormatError("badEncoding", text, scanner.line());
  }
}

/** A document may hold no record, but not those of something else. */
function requireRecords(scanner: XmlScanner, entity: DataEntity | undefined): void {
  const others = scanner.oddities.all().find(({ kind }) => kind === "otherElement")?.names;
  if (!entity || scanner.rows() > 0 || !others) {
    if (scanner.columns().length > 0) return;
    throw new FormatError("DMF2053", "The file holds no record with a field. Send at least one.");
  }
  const wanted = `<${entity.aotName.toUpperCase()}>`;
  const root = scanner.root();
  const isRoot = isSameName(root, entity.aotName)
    ? ` The root itself is called so: put it into another, such as <Document>.`
    : "";
  const text = `The root element <${nameList([root])}> holds no ${wanted}, which would be the records of "${entity.name}"; it holds: ${nameList(others)}.${isRoot}`;
  throw new FormatError("MAP011", text);
}

function oddities(scanner: XmlScanner, { isMapped }: RecordsOf): readonly Oddity[] {
  const absent = isMapped === true && scanner.isEnded() && scanner.rows() > 0 ? scanner.absentColumns() : [];
  const found = scanner.oddities.all();
  return absent.length === 0
    ? found
    : [...found, { kind: "absentColumn", line: 0, count: absent.length, names: absent }];
}

async function* continued(
  first: RowBatch | undefined,
  rest: AsyncGenerator<RowBatch, void, undefined>,
): AsyncGenerator<RowBatch, void, undefined> {
  try {
    if (first) yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}
