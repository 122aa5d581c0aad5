import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import type { DataEntity } from "../../domain/dataEntity.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { nameList } from "../../domain/nameList.ts";
import type { Ports } from "../../ports.ts";
import type { Warning } from "./definitionRules.ts";
import { lineProblems } from "./lineProblems.ts";
import { findFormat } from "./loadDefinitions.ts";

/** How a line stands to the definitions as they are now, and to its sample. */
export interface LineValidation {
  readonly status: "valid" | "warnings" | "errors";
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const linesAtOnceMax = 8;

/** For each line of the project. */
export async function lineValidations(ports: Ports, project: DataProject): Promise<readonly LineValidation[]> {
  const validations: LineValidation[] = [];
  for (let from = 0; from < project.lines.length; from += linesAtOnceMax) {
    const lines = project.lines.slice(from, from + linesAtOnceMax);
    validations.push(...(await Promise.all(lines.map((line) => validate(ports, project, line)))));
  }
  return validations;
}

async function validate(ports: Ports, project: DataProject, line: EntityLine): Promise<LineValidation> {
  const [entity, format] = await Promise.all([
    ports.definitions.find("entity", line.entity),
    findFormat(ports, line.format),
  ]);
  const errors = [
    ...(entity ? lineProblems(project, line, entity.value, "").map(({ message }) => message) : []),
    ...(entity ? [] : [`There is no data entity "${line.entity}".`]),
    ...(format ? [] : [`There is no source data format "${line.format}".`]),
    ...sampleErrors(line),
  ];
  const warnings = entity && project.direction === "import" ? unfedFields(line, entity.value) : [];
  const status = errors.length > 0 ? "errors" : warnings.length > 0 ? "warnings" : "valid";
  return { status, errors, warnings };
}

/** What is seldom meant in the lines of an import project, by path. */
export async function projectWarnings(ports: Ports, { direction, lines }: DataProject): Promise<readonly Warning[]> {
  if (direction === "export") return [];
  const mapped = [...lines.entries()].filter(([, { fieldMap }]) => fieldMap);
  const warnings: Warning[] = [];
  for (let from = 0; from < mapped.length; from += linesAtOnceMax) {
    const some = mapped.slice(from, from + linesAtOnceMax);
    warnings.push(
      ...(await Promise.all(some.map(([index, line]) => lineWarnings(ports, line, `lines[${index}].`)))).flat(),
    );
  }
  return warnings;
}

/** The same of one line of an import. */
export async function lineWarnings(ports: Ports, line: EntityLine, prefix = ""): Promise<readonly Warning[]> {
  const entity = (await ports.definitions.find("entity", line.entity))?.value;
  const messages = entity ? unfedFields(line, entity) : [];
  return messages.map((message) => ({ path: `${prefix}fieldMap`, code: "unfedFields", message }));
}

function sampleErrors({ sample }: EntityLine): readonly string[] {
  if (!sample || sample.isValid) return [];
  return [`Its sample ${sample.fileName} has errors: send it again to see them, or send another one.`];
}

/** What an import leaves as it is stored: seldom meant, and never said by the import itself. */
function unfedFields({ fieldMap }: EntityLine, entity: DataEntity): readonly string[] {
  if (!fieldMap) return [];
  const fed = byFoldedName(fieldMap, ({ field }) => field);
  const unfed = entity.fields.filter(({ name }) => !fed.has(foldName(name)));
  return unfed.length === 0
    ? []
    : [`No line of the map feeds these fields: ${nameList(unfed.map(({ name }) => name))}.`];
}
