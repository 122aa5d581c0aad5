import { isComposite, xmlAlone } from "../../domain/composite.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { FormatError, type RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { StylesheetText } from "../../ports/transformer.ts";
import {
  type ExecutionDefinitions,
  entityOf,
  findFormatOf,
  formatOf,
  stylesheetOf,
} from "../definitions/executionDefinitions.ts";
import { openRecords } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";
import { type OpenedFile, mendedRows, rejectedFiles } from "./rejectedRows.ts";
import type { SourceFile } from "./sourceFiles.ts";
import { stagedFiles } from "./stagedFiles.ts";
import { requireXml, storeTransformed } from "./transformedFile.ts";

/** The files of a message, ready to be read: as they came, or what an execution before left of them. */
export async function openFiles(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  files: readonly SourceFile[],
  pace: Pace,
): Promise<readonly OpenedFile[]> {
  const { rejectedRowsOf, stagedRows, executionId = "", mendedBy = [], mends } = message;
  if (stagedRows) return stagedFiles(ports, definitions, { files, wish: stagedRows, executionId, pace });
  if (rejectedRowsOf !== undefined) {
    return rejectedFiles(ports, definitions, { files, executionId: rejectedRowsOf, mendedBy, pace });
  }
  if (mends) return files.map((file) => mendedRows(definitions, mends, file, pace));
  const opened: OpenedFile[] = [];
  for (const [index, file] of files.entries()) {
    opened.push(await openFile(ports, definitions, message, { file, index, pace }));
  }
  return opened;
}

/** A packed file is in the format that its manifest names; the line's is what it is compared with. */
async function openFile(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  { file, index, pace }: { readonly file: SourceFile; readonly index: number; readonly pace: Pace },
): Promise<OpenedFile> {
  const { line, packageLine, fileName } = file;
  const format = packageLine ? findFormatOf(definitions, packageLine.sourceFormat) : formatOf(definitions, line.format);
  if (!format) throw otherFormat(file, "which is not known here.");
  const entity = entityOf(definitions, line.entity).value;
  if (isComposite(entity) && !fileFormatOf(format).isXml) {
    throw new DomainError("invalid", `${fileName}: ${xmlAlone(entity, format.name)}`);
  }
  const asItCame = { ...file, format };
  const open = (bytes: SourceFile["bytes"]): OpenedFile["open"] => {
    return (of) => openRecords(bytes(), format, { ...of, fileName }, pace);
  };
  if (file.stylesheets && !fileFormatOf(format).isXml) {
    return { ...asItCame, warnings: [...file.warnings, notApplied(fileName)], open: open(file.bytes) };
  }
  const stylesheets = await stylesheetsFor(definitions, file);
  if (stylesheets.length === 0) return { ...asItCame, open: open(file.bytes) };
  requireXml(format, fileName);
  const transformed = await storeTransformed(ports, message, index, { fileName, bytes: file.bytes, stylesheets });
  const appliedStylesheets = stylesheets.map(({ name }) => name);
  if (!transformed) return { ...asItCame, open: open(file.bytes) };
  const openTransformed: OpenedFile["open"] = (of) =>
    blamingStylesheets(appliedStylesheets, transformed.start, () => open(transformed.bytes)(of));
  return { ...asItCame, appliedStylesheets, open: openTransformed };
}

/** The warning about a file of a package that has stylesheets for it. */
export function notApplied(fileName: string): string {
  return `${fileName}: the package's stylesheets were not applied, since the file is no XML.`;
}

async function stylesheetsFor(definitions: ExecutionDefinitions, file: SourceFile): Promise<readonly StylesheetText[]> {
  if (file.stylesheets) return file.stylesheets();
  return (file.line.stylesheets ?? []).map((name) => stylesheetOf(definitions, name));
}

/** What came out is shown: the file that the sender knows is another one. */
async function blamingStylesheets(
  names: readonly string[],
  start: string,
  open: () => Promise<RecordReader>,
): Promise<RecordReader> {
  try {
    return await open();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const what = start.trim() === "" ? "It is empty." : `It begins: ${start.trim()}`;
    const text = `What stylesheet "${names.at(-1)}" made of the file cannot be imported. ${error.message} ${what}`;
    throw new DomainError("invalid", text);
  }
}

/** `why` is the end of a sentence about the format that the manifest names. */
export function otherFormat({ fileName, line, packageLine }: SourceFile | OpenedFile, why: string): FormatError {
  const text = `${fileName}: Manifest.xml says format "${packageLine?.sourceFormat}", ${why} The line of the data project says format "${line.format}". Name the format of the file in the manifest (DMF1855).`;
  return new FormatError("DMF1855", text);
}
