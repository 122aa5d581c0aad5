import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import type { ManifestNote } from "../../domain/manifestLine.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { Stylesheet } from "../../domain/stylesheet.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import { type Problem, problemsIn } from "../definitions/checkDefinition.ts";
import { projectRules } from "../definitions/saveProject.ts";

interface Made {
  readonly formats: readonly SourceFormat[];
  readonly stylesheets: readonly Stylesheet[];
}

type MadeByKind = { readonly [K in DefinitionKind]?: readonly DefinitionTypes[K][] };

/** The definitions as they will be once what is made beside a project is written; where one stands already, it counts. */
export function foreseen(ports: Ports, { formats, stylesheets }: Made): Ports {
  const made: MadeByKind = { format: formats, stylesheet: stylesheets };
  const find = async <K extends DefinitionKind>(kind: K, id: string) => {
    const stored = await ports.definitions.find(kind, id);
    const ofKind: readonly DefinitionTypes[K][] = made[kind] ?? [];
    const value = ofKind.find(({ name }) => isSameName(name, id.trim()));
    return stored ?? (value && unsaved(value));
  };
  return { ...ports, definitions: { ...ports.definitions, find } };
}

function unsaved<T>(value: T): Definition<T> {
  return { value, etag: "", version: 0, revision: "", savedAt: 0, savedBy: "" };
}

interface Judgements {
  readonly ofLines: ReadonlyMap<EntityLine, readonly ManifestNote[]>;
  readonly ofProject: readonly ManifestNote[];
}

/** What a save of the project would be refused for, by the lines that it is about. */
export async function lineJudgements(
  ports: Ports,
  project: DataProject,
  before: DataProject | undefined,
): Promise<Judgements> {
  const stored = before && unsaved(before);
  const found = [
    ...(await problemsIn(() => projectRules.requireSound(ports, project))),
    ...(await problemsIn(() => projectRules.requireFits(ports, project, stored))),
  ];
  const ofLines = new Map<EntityLine, ManifestNote[]>();
  const ofProject: ManifestNote[] = [];
  for (const problem of found) {
    const { line, member } = placeOf(problem, project);
    const note = { member, message: problem.message };
    const known = line ? (ofLines.get(line) ?? []) : ofProject;
    known.push(note);
    if (line) ofLines.set(line, known);
  }
  return { ofLines, ofProject };
}

/** What the members of a line are called in the manifest that they come from. */
const manifestNames: Readonly<Record<string, string>> = {
  entity: "EntityName",
  format: "SourceFormat",
  fieldMap: "EntityMapList",
  stylesheets: "EntityTransformList",
  excelSheetName: "ExcelSheetName",
  skipStaging: "SkipStaging",
};

function placeOf({ path }: Problem, { lines }: DataProject) {
  const [, index, member = ""] = /^lines\[(\d+)\]\.(\w+)/u.exec(path) ?? [];
  const own = Object.hasOwn(manifestNames, member) ? manifestNames[member] : undefined;
  return { line: index === undefined ? undefined : lines[Number(index)], member: own ?? path };
}
