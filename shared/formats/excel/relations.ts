import type { Pace } from "../../ports/pace.ts";
import type { WorkbookFiles } from "./workbookFiles.ts";
import { readPart } from "./xmlPart.ts";
import { attributeOf } from "./xmlTag.ts";

/** A part that another one names by an id. */
export interface Relation {
  readonly id: string;
  /** Without the address in front, which differs between the two dialects: "worksheet", "sharedStrings". */
  readonly type: string;
  readonly path: string;
}

/** The parts that a part names, the workbook itself where `from` is empty. Those outside the file are left out. */
export async function relationsOf(files: WorkbookFiles, from: string, pace: Pace): Promise<readonly Relation[]> {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const path = `${folder}_rels/${from.slice(folder.length)}.rels`;
  if (!files.has(path)) return [];
  const found: Relation[] = [];
  const open = (name: string, tag: Parameters<typeof attributeOf>[0]): void => {
    if (name !== "Relationship" || attributeOf(tag, "TargetMode") === "External") return;
    const [id, type = "", target] = ["Id", "Type", "Target"].map((member) => attributeOf(tag, member));
    if (id === undefined || target === undefined) return;
    found.push({ id, type: type.slice(type.lastIndexOf("/") + 1), path: resolved(folder, target) });
  };
  await readPart(files, path, { open, text: () => undefined, close: () => undefined }, pace);
  return found;
}

/** A target is seen from the part's folder, or from the root where it begins with a slash. */
function resolved(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of `${target.startsWith("/") ? "" : folder}${target}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
