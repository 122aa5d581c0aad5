import type { PackageLine } from "../../domain/dataPackage.ts";
import { DomainError } from "../../domain/errors.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { collectBytes } from "../../formats/byteChunks.ts";
import { stylesheetProblems } from "../../formats/stylesheetRules.ts";
import { decodeXmlText } from "../../formats/xmlTree.ts";
import type { ZipArchive } from "../../formats/zipReader.ts";
import type { StylesheetText } from "../../ports/transformer.ts";

const sizeBytesMax = 4 * 1024 * 1024;
const problemsShown = 3;

/**
 * The stylesheets that a package brings along for one of its files, in the order of their numbers. What a saved one may
 * not have, these may not either.
 */
export async function packageStylesheets(
  archive: ZipArchive,
  { transforms, entityName }: PackageLine,
): Promise<readonly StylesheetText[]> {
  const inOrder = transforms.toSorted((one, other) => one.sequenceNumber - other.sequenceNumber);
  const found: StylesheetText[] = [];
  for (const { xsltFileName, xsltResourceFileName } of inOrder) {
    const names = [...new Set([xsltResourceFileName, xsltFileName])].filter((name) => name.trim() !== "");
    const entry = archive.entries.find(({ name }) => names.some((each) => isResource(name, each)));
    if (!entry) {
      const text = `Manifest.xml gives entity "${entityName}" the stylesheet ${names.join(" or ")}, which is not among the package's resources.`;
      throw new DomainError("invalid", text);
    }
    const bytes = await collectBytes(archive.open(entry.name), sizeBytesMax, entry.name);
    found.push(checked(entry.name, decodeXmlText(bytes, entry.name)));
  }
  return found;
}

function isResource(entry: string, name: string): boolean {
  const file = name.replaceAll("\\", "/").split("/").at(-1) ?? "";
  return isSameName(entry, `Resources/${file}`) || isSameName(entry, file);
}

function checked(name: string, content: string): StylesheetText {
  const problems = stylesheetProblems(content);
  if (problems.length === 0) return { name, content };
  const texts = problems.slice(0, problemsShown).map(({ line, column, message }) => {
    return `line ${line}, column ${column}: ${message}`;
  });
  throw new DomainError("invalid", `Stylesheet ${name} of the package cannot be applied: ${texts.join(" ")}`);
}
