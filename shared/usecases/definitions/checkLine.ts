import { isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, projectProblems } from "../../domain/dataProject.ts";
import type { Ports } from "../../ports.ts";
import { type DefinitionCheck, problemsIn } from "./checkDefinition.ts";
import { lineWarnings } from "./lineValidation.ts";
import { loadProject } from "./loadDefinitions.ts";
import { requireNoProblems } from "./refusedChange.ts";
import { resolveLines } from "./saveProject.ts";

/**
 * What a save of the project with this line, in place of the one for the entity, would find wrong with the line: its
 * entity, format, map, filter, order and stylesheets. What other lines and jobs make of it is for the check of the project.
 */
export async function checkLine(
  ports: Ports,
  project: string,
  entity: string,
  line: EntityLine,
): Promise<DefinitionCheck> {
  const { value } = await loadProject(ports, project);
  const others = value.lines.filter((each) => !isSameName(each.entity, entity));
  const problems = await problemsIn(async () => {
    requireNoProblems(`Line "${line.entity}"`, ownProblems(value, others, line));
    await resolveLines(ports, { ...value, lines: [line] });
  });
  return {
    exists: others.length < value.lines.length,
    problems: problems.map((problem) => ({ ...problem, path: pathInLine(problem.path) })),
    warnings: value.direction === "import" ? await lineWarnings(ports, line) : [],
  };
}

/** The line stands last, so that whatever two lines share is told of it. */
function ownProblems(project: DataProject, others: readonly EntityLine[], line: EntityLine) {
  const own = `lines[${others.length}].`;
  return projectProblems({ ...project, lines: [...others, line] }).filter(({ path }) => path.startsWith(own));
}

function pathInLine(path: string): string {
  return path.replace(/^lines\[\d+\]\./u, "");
}
