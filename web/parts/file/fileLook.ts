import type { Entity, Format } from "../useNames.ts";
import { isSameName } from "../project.ts";

/** What a file seems to be, by its beginning. */
export interface FileLook {
  readonly isPackage: boolean;
  /** Undefined where no format of the service fits. */
  readonly format: string | undefined;
  /** Why: "text with semicolons between its columns". */
  readonly reason: string;
  /** Of its header, where it shows one. */
  readonly columns: readonly string[];
  /** What it calls a record, where it does. */
  readonly record?: string;
}

const startBytes = 64 * 1024;
const delimiters = [
  [",", "comma", "commas"],
  [";", "semicolon", "semicolons"],
  ["\t", "tab", "tabs"],
  ["|", "verticalBar", "vertical bars"],
  [":", "colon", "colons"],
] as const;

/** Looks at the first bytes of a file; the service looks at all of it later, and says what does not fit. */
export async function lookAt(file: File, formats: readonly Format[]): Promise<FileLook> {
  if (file.size === 0) throw new Error("It is empty. Choose a file that holds a header and some records.");
  const start = new Uint8Array(await file.slice(0, startBytes).arrayBuffer());
  if (start[0] === 0x50 && start[1] === 0x4b) return lookAtZip(start, file.name, formats);
  const isUnicode = (start[0] === 0xff && start[1] === 0xfe) || (start.length > 1 && start[1] === 0);
  const text = new TextDecoder(isUnicode ? "utf-16le" : "utf-8").decode(start);
  return /^\s*<[?!\p{L}_]/u.test(text) ? lookAtXml(text, formats) : lookAtRows(text, isUnicode, formats);
}

function lookAtZip(start: Uint8Array, fileName: string, formats: readonly Format[]): FileLook {
  const nameLength = (start[26] ?? 0) + 256 * (start[27] ?? 0);
  const first = new TextDecoder("latin1").decode(start.subarray(30, 30 + nameLength));
  const isWorkbook = /^(xl\/|_rels\/|docProps\/|\[Content_Types\])/i.test(first) || /\.xlsx$/i.test(fileName);
  if (!isWorkbook) return { isPackage: true, format: undefined, reason: "a data package", columns: [] };
  const format = formats.find(({ kind }) => kind === "excel")?.name;
  return { isPackage: false, format, reason: "an Excel workbook", columns: [] };
}

function lookAtXml(text: string, formats: readonly Format[]): FileLook {
  const elements = [...text.matchAll(/<[\p{L}_][^\s/>]*((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/gu)];
  const record = elements[1];
  const hasAttributes = (record?.[1] ?? "").trim() !== "" && record?.[2] === "/";
  const kind = hasAttributes ? "xmlAttribute" : "xmlElement";
  const columns = hasAttributes ? [...(record?.[1] ?? "").matchAll(/([^\s=]+)\s*=/g)].map(([, name = ""]) => name) : [];
  const reason = hasAttributes ? "XML with values in attributes" : "XML with values in elements";
  const name = record?.[0].match(/[^<\s/>:]+(?=[\s/>])/)?.[0];
  const format = formats.find((each) => each.kind === kind)?.name;
  return { isPackage: false, format, reason, columns, ...(name !== undefined && { record: name }) };
}

function lookAtRows(text: string, isUnicode: boolean, formats: readonly Format[]): FileLook {
  const [header = "", second = ""] = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const counts = delimiters.map(([sign, name, signs]) => {
    const [inHeader, inSecond] = [splitRow(header, sign).length, splitRow(second, sign).length];
    // A sign that is as often in the next row is more likely one between columns.
    return { sign, name, signs, columns: inHeader, weight: inHeader * (inHeader === inSecond ? 2 : 1) };
  });
  const best = counts.reduce((one, other) => (other.weight > one.weight ? other : one));
  const { sign, name, signs } = best.columns > 1 ? best : counts[0]!;
  const fitting = formats.filter(
    (format) =>
      format.kind === "delimited" &&
      (format.columnDelimiter === name || format.columnDelimiter === sign) &&
      (format.codePage === 1200) === isUnicode,
  );
  const format = fitting.find((each) => each.isBuiltIn) ?? fitting[0];
  const reason = `${isUnicode ? "Unicode text" : "text"} with ${signs} between its columns`;
  return { isPackage: false, format: format?.name, reason, columns: splitRow(header, sign) };
}

/** Without a care for what else qualifiers may hold: it is a guess. */
function splitRow(row: string, sign: string): readonly string[] {
  const cells = row.match(/"(?:[^"]|"")*"|[^"]+/g) ?? [];
  const marked = cells.map((part) => (part.startsWith('"') ? part : part.replaceAll(sign, "\u0000"))).join("");
  return marked.split("\u0000").map((cell) => cell.replace(/^"|"$/g, "").trim());
}

const columnsEnough = 0.6;

/** The entity that its records are called by, or whose fields its columns are called like; undefined where none is near. */
export function entityOfFile({ columns, record }: FileLook, entities: readonly Entity[]): Entity | undefined {
  const named = entities.find(({ name, aotName }) => [name, aotName].some((each) => isSameName(each, record ?? "")));
  if (named) return named;
  const shares = entities.map((entity) => {
    const known = columns.filter((column) => entity.fields.some(({ name }) => isSameName(name, column)));
    return { entity, share: known.length / Math.max(1, columns.length) };
  });
  const best = shares.toSorted((one, other) => other.share - one.share)[0];
  return best && best.share >= columnsEnough ? best.entity : undefined;
}
