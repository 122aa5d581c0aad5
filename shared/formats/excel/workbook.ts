import type { Pace } from "../../ports/pace.ts";
import { FormatError } from "../recordFormat.ts";
import { type Relation, relationsOf } from "./relations.ts";
import { otherKind, refusal, type WorkbookFiles } from "./workbookFiles.ts";
import { readPart } from "./xmlPart.ts";
import { attributeOf, isSet, type Tag } from "./xmlTag.ts";

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Undefined for one that holds no cells, such as a chart. */
  readonly path: string | undefined;
}

/** What a workbook says of itself, before any of its cells is read. */
export interface Workbook {
  readonly files: WorkbookFiles;
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904, as old Macs did, and not from 1900. */
  readonly isFrom1904: boolean;
  readonly sharedStringsPath: string | undefined;
  readonly stylesPath: string | undefined;
}

const sheetsMax = 1_000;
const nothing = { text: () => undefined, close: () => undefined };

export async function readWorkbook(files: WorkbookFiles, pace: Pace): Promise<Workbook> {
  const main = (await relationsOf(files, "", pace)).find(({ type }) => type === "officeDocument");
  if (!main || !files.has(main.path)) throw otherKind("a document of Office without a workbook");
  await requireKind(files, main.path, pace);
  const relations = await relationsOf(files, main.path, pace);
  requireOwnParts(relations);
  const part = (type: string): string | undefined => relations.find((each) => each.type === type)?.path;
  const { sheets, isFrom1904 } = await readSheets(files, main.path, relations, pace);
  if (sheets.length === 0) throw new FormatError("badWorkbook", "The workbook has no sheet.");
  return { files, sheets, isFrom1904, sharedStringsPath: part("sharedStrings"), stylesPath: part("styles") };
}

/** The kinds of documents that Office packs in the same way. */
const kinds: readonly (readonly [RegExp, () => FormatError])[] = [
  [/sheet\.binary/i, () => otherKind("an Excel binary workbook (.xlsb)")],
  [/macroEnabled/i, () => refusal("holds macros (.xlsm)", "Save it as .xlsx, without them")],
  [/wordprocessingml/i, () => otherKind("a Word document")],
  [/presentationml/i, () => otherKind("a PowerPoint presentation")],
];

async function requireKind(files: WorkbookFiles, path: string, pace: Pace): Promise<void> {
  let type = "";
  const open = (name: string, tag: Tag): void => {
    if (name !== "Override" || attributeOf(tag, "PartName") !== `/${path}`) return;
    type = attributeOf(tag, "ContentType") ?? "";
  };
  await readPart(files, "[Content_Types].xml", { open, ...nothing }, pace);
  const refused = kinds.find(([pattern]) => pattern.test(type));
  if (refused) throw refused[1]();
}

function requireOwnParts(relations: readonly Relation[]): void {
  if (relations.some(({ type }) => type === "vbaProject" || type === "xlMacrosheet")) {
    throw refusal("holds macros (.xlsm)", "Save it as .xlsx, without them");
  }
  if (relations.some(({ type }) => type.startsWith("externalLink"))) {
    throw refusal("links to other workbooks", "Break the links in Excel, and save it");
  }
}

async function readSheets(
  files: WorkbookFiles,
  path: string,
  relations: readonly Relation[],
  pace: Pace,
): Promise<Pick<Workbook, "sheets" | "isFrom1904">> {
  const sheets: Sheet[] = [];
  let isFrom1904 = false;
  const cells = new Map(relations.filter(({ type }) => type === "worksheet").map((each) => [each.id, each.path]));
  const open = (name: string, tag: Tag): void => {
    if (name === "workbookPr") isFrom1904 = isSet(tag, "date1904");
    if (name !== "sheet") return;
    if (sheets.length === sheetsMax)
      throw new FormatError("overLimit", `The workbook has more than ${sheetsMax} sheets.`);
    const state = attributeOf(tag, "state") ?? "visible";
    const sheetPath = cells.get(attributeOf(tag, "id") ?? "");
    sheets.push({ name: attributeOf(tag, "name") ?? "", isHidden: state !== "visible", path: sheetPath });
  };
  await readPart(files, path, { open, ...nothing }, pace);
  return { sheets, isFrom1904 };
}
