import { findEntryName, manifestEntryName } from "../../domain/dataPackage.ts";
import { foldName } from "../../domain/foldName.ts";
import { evenChunks } from "../byteChunks.ts";
import { describeContent, recogniseContent } from "../contentKind.ts";
import { bytesInMemory } from "../randomAccess.ts";
import { FormatError } from "../recordFormat.ts";
import { openPackageZip, type ZipArchive } from "../zipReader.ts";
import { defaultZipLimits, quoted, type ZipLimits } from "../zipRules.ts";

/** The parts of a workbook, found safe to open. */
export interface WorkbookFiles {
  has(path: string): boolean;
  open(path: string): AsyncIterable<Uint8Array>;
}

const megabyte = 1024 * 1024;
/** A zip is read from its end, so the file is held in memory as it is, compressed. */
const workbookMegabytesMax = 64;
const pieceBytes = megabyte;
const zipLimits: ZipLimits = { ...defaultZipLimits, isOfFolders: true };

/**
 * Opens the zip of a workbook by the rules of a package's. Another kind of file is DMF1855; macros and encryption are
 * refused by name, and so is a file that is too large to be held in memory.
 */
export async function openWorkbookFiles(bytes: AsyncIterable<Uint8Array>): Promise<WorkbookFiles> {
  const pieces = await collect(bytes);
  requireZip(pieces);
  const archive = await asWorkbook(() => openPackageZip(bytesInMemory(...pieces), zipLimits));
  requireWorkbook(archive);
  const names = new Map(archive.entries.map(({ name }) => [foldName(name), name]));
  return {
    has: (path) => names.has(foldName(path)),
    open(path) {
      const name = names.get(foldName(path));
      if (name !== undefined) return openedAsWorkbook(archive.open(name));
      const text = `The workbook cannot be read: it has no part ${quoted(path)}. Open it in Excel and save it again.`;
      throw new FormatError("badWorkbook", text);
    },
  };
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of evenChunks(bytes, pieceBytes)) {
    sizeBytes += piece.length;
    if (sizeBytes > workbookMegabytesMax * megabyte) {
      const text = `The workbook is larger than the ${workbookMegabytesMax} MB allowed. Split it, or send delimited text.`;
      throw new FormatError("overLimit", text);
    }
    pieces.push(piece);
  }
  return pieces;
}

const startBytes = 256;

function requireZip(pieces: readonly Uint8Array[]): void {
  const kind = recogniseContent((pieces[0] ?? new Uint8Array(0)).subarray(0, startBytes));
  if (kind === "empty") throw new FormatError("DMF2053", "The file is empty. Send a workbook with a header row.");
  if (kind === "oldExcel" && Buffer.concat(pieces).includes(encryptedStream)) {
    throw refusal("is encrypted with a password", "Save it without one");
  }
  if (kind === "oldExcel") throw otherKind(`${describeContent(kind)} (.xls)`);
  if (kind !== "zip" && kind !== "workbook" && kind !== "package") throw otherKind(describeContent(kind));
}

/** An encrypted workbook is no zip but a compound file, like those of Excel 97, with a stream of this name. */
const encryptedStream = Buffer.from("EncryptedPackage", "utf16le");

/** Whether a zip is a workbook, and no data package. */
export function isWorkbook({ entries }: ZipArchive): boolean {
  const names = entries.map(({ name }) => foldName(name));
  return names.some((name) => name.startsWith("xl/")) && findEntryName(names, manifestEntryName) === undefined;
}

function requireWorkbook({ entries }: ZipArchive): void {
  const names = entries.map(({ name }) => foldName(name));
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/\/vbaproject\.bin$|^xl\/macrosheets\//))
    throw refusal("holds macros (.xlsm)", "Save it as .xlsx, without them");
  if (has(/^xl\/workbook\.bin$/)) throw otherKind("an Excel binary workbook (.xlsb)");
  if (has(/^xl\/externallinks\//)) throw refusal("links to other workbooks", "Break the links in Excel, and save it");
  if (names.includes("[content_types].xml") && names.includes("_rels/.rels")) return;
  if (names.includes("meta-inf/manifest.xml")) throw otherKind("an OpenDocument file, such as .ods");
  if (findEntryName(names, manifestEntryName) !== undefined) throw otherKind(describeContent("package"));
  throw otherKind("a zip archive without a workbook");
}

export function otherKind(found: string): FormatError {
  const text = `Expected an Excel workbook (.xlsx), found ${found}. Send the format of the entity line, or change the line.`;
  return new FormatError("DMF1855", text);
}

/** Of a workbook that could be read, and is not. */
export function refusal(what: string, instead: string): FormatError {
  return new FormatError("badWorkbook", `The workbook ${what}, and is refused. ${instead}.`);
}

async function* openedAsWorkbook(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } catch (error) {
    throw toWorkbookError(error);
  }
}

async function asWorkbook<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toWorkbookError(error);
  }
}

/** The rules are those of packages, and people sent a workbook. */
function toWorkbookError(error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  const code = error.code === "badPackage" ? "badWorkbook" : error.code;
  return new FormatError(code, error.message.replaceAll(/\b(the|a) package\b/gi, "$1 workbook"), error.line);
}
