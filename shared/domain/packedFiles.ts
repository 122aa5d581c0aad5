import {
  type PackageLine,
  type PackageManifest,
  enabledLinesInOrder,
  findEntryName,
  namesakesInFolders,
} from "./dataPackage.ts";
import { DomainError } from "./errors.ts";
import { foldName } from "./foldName.ts";
import { nameList } from "./nameList.ts";

/** A line of a manifest that takes part, and the entry of the package that is its file. */
export interface PackedFile {
  readonly packageLine: PackageLine;
  readonly entry: string;
}

/**
 * The files that a manifest names, in the order of its lines. Throws `invalid` where it names none, or an entity or a file
 * twice, or a file that is not at the root of the package: no project could import it.
 */
export function packedFiles(manifest: PackageManifest, entryNames: readonly string[]): readonly PackedFile[] {
  const lines = enabledLinesInOrder(manifest);
  if (lines.length === 0) throw new DomainError("invalid", "Manifest.xml names no enabled entity.");
  const entities = new Set<string>();
  return lines.map((packageLine) => {
    const entity = foldName(packageLine.entityName.trim());
    if (entities.has(entity)) throw namedTwice(packageLine.entityName);
    entities.add(entity);
    const entry = findEntryName(entryNames, packageLine.inputFilePath);
    if (entry === undefined) throw missingFile(packageLine, entryNames);
    return { packageLine, entry };
  });
}

export function namedTwice(entity: string): DomainError {
  return new DomainError(
    "invalid",
    `Manifest.xml names entity "${nameList([entity])}" twice. Join its files into one.`,
  );
}

function missingFile({ inputFilePath, entityName }: PackageLine, names: readonly string[]): DomainError {
  const where = namesakesInFolders(names, inputFilePath).length > 0 ? " at the root of the package" : "";
  const text = `Could not find file '${nameList([inputFilePath])}'${where}, which Manifest.xml names for entity "${nameList([entityName])}". The package holds: ${nameList(names)}.`;
  return new DomainError("invalid", text);
}
