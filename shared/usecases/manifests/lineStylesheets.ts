import { isSameName } from "../../domain/dataEntity.ts";
import type { PackageLine } from "../../domain/dataPackage.ts";
import { nameList } from "../../domain/nameList.ts";
import { type Stylesheet, stylesheetsMax } from "../../domain/stylesheet.ts";
import type { Ports } from "../../ports.ts";
import type { ManifestSource } from "./manifestSource.ts";

const nameCharactersMax = 60;
const namesTriedMax = 20;

/** Stylesheets for a line by their names, those among them that are to be made; or why the line cannot have them. */
export type LineStylesheets =
  | { readonly names: readonly string[]; readonly made: readonly Stylesheet[] }
  | { readonly problem: string };

/**
 * The stylesheets of a line of a manifest: those of its package, under the name of their file, or where the manifest came
 * alone those that are stored under these names. A stored one of the same content is taken, and none is replaced.
 */
export async function stylesheetsForLine(
  ports: Ports,
  { stylesheets }: ManifestSource,
  line: PackageLine,
  madeBefore: readonly Stylesheet[],
): Promise<LineStylesheets> {
  if (line.transforms.length > stylesheetsMax) {
    return { problem: `It has ${line.transforms.length} stylesheets; a line has at most ${stylesheetsMax}.` };
  }
  const packed = stylesheets.get(line);
  if (!packed) return storedStylesheets(ports, line);
  if ("problem" in packed) return packed;
  const names: string[] = [];
  const made: Stylesheet[] = [];
  for (const { name: file, content } of packed.texts) {
    const found = await placeFor(ports, nameOfFile(file), content, [...madeBefore, ...made]);
    if (!found) return { problem: `There are other stylesheets under the name of ${nameList([file])}. Rename some.` };
    names.push(found.name);
    if (found.isNew) made.push({ name: found.name, description: "", content });
  }
  return { names, made };
}

async function storedStylesheets(ports: Ports, { transforms }: PackageLine): Promise<LineStylesheets> {
  const inOrder = transforms.toSorted((one, other) => one.sequenceNumber - other.sequenceNumber);
  const names: string[] = [];
  for (const { xsltFileName, xsltResourceFileName } of inOrder) {
    const file = xsltResourceFileName.trim() || xsltFileName;
    const found = await ports.definitions.find("stylesheet", nameOfFile(file));
    if (!found) {
      const problem = `Stylesheet ${nameList([file])} is in the package and not in its manifest: send the package itself, or save the stylesheet as "${nameOfFile(file)}" first.`;
      return { problem };
    }
    names.push(found.value.name);
  }
  return { names, made: [] };
}

/** The first name that is free, or has this content. */
async function placeFor(ports: Ports, first: string, content: string, made: readonly Stylesheet[]) {
  for (let number = 1; number <= namesTriedMax; number += 1) {
    const name = number === 1 ? first : `${first.slice(0, nameCharactersMax - 3)} ${number}`;
    const stored = (await ports.definitions.find("stylesheet", name))?.value;
    const own = stored ?? made.find((each) => isSameName(each.name, name));
    if (!own) return { name, isNew: true };
    if (own.content === content) return { name: own.name, isNew: false };
  }
  return undefined;
}

/** "Resources/Widget groups.xslt" is called "Widget groups". */
function nameOfFile(path: string): string {
  const file = path.replaceAll("\\", "/").split("/").at(-1) ?? "";
  const name = file
    .replace(/\.xslt?$/iu, "")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .slice(0, nameCharactersMax)
    .toWellFormed()
    .trim();
  return name === "" ? "Stylesheet" : name;
}
