import type { Pace } from "../../ports/pace.ts";
import { FormatError } from "../recordFormat.ts";
import { kindOfBuiltIn, kindOfFormat, type NumberKind } from "./numberFormats.ts";
import type { Workbook } from "./workbook.ts";
import { readPart } from "./xmlPart.ts";
import { attributeOf, type Tag } from "./xmlTag.ts";

/** As many as Excel knows. */
const stylesMax = 65_536;

/** What the numbers of cells mean, by the number of their style; none where the workbook has no styles. */
export async function readStyles({ files, stylesPath }: Workbook, pace: Pace): Promise<readonly NumberKind[]> {
  if (stylesPath === undefined || !files.has(stylesPath)) return [];
  const kinds = new Map<number, NumberKind>();
  const formats: number[] = [];
  let within = "";
  const open = (name: string, tag: Tag): void => {
    if (name === "numFmts" || name === "cellXfs") within = name;
    if (formats.length + kinds.size > 2 * stylesMax) throw tooMany();
    if (name === "numFmt" && within === "numFmts") {
      kinds.set(idOf(tag), kindOfFormat(attributeOf(tag, "formatCode") ?? ""));
    }
    if (name === "xf" && within === "cellXfs") formats.push(idOf(tag));
  };
  const close = (name: string): void => {
    if (name === within) within = "";
  };
  await readPart(files, stylesPath, { open, text: () => undefined, close }, pace);
  return formats.map((id) => kinds.get(id) ?? kindOfBuiltIn(id));
}

function idOf(tag: Tag): number {
  return Number(attributeOf(tag, "numFmtId") ?? 0);
}

function tooMany(): FormatError {
  return new FormatError("overLimit", `The workbook has more than ${stylesMax} cell styles.`);
}
