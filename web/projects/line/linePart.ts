import { lineOf, type Line, withLine } from "../../parts/project.ts";
import type { PartOf } from "../partOf.ts";

/** How a part of a line stands in the project. */
export function inLine<P>(
  entity: string,
  read: (line: Line) => P,
  write: (line: Line, part: P) => Line,
): Pick<PartOf<P>, "read" | "write" | "restore"> {
  return {
    read: (project) => {
      const line = lineOf(project, entity);
      return line && read(line);
    },
    write: (project, part) => {
      const line = lineOf(project, entity);
      return line ? withLine(project, entity, write(line, part)) : project;
    },
    restore: (project, draft) => {
      const line = lineOf(draft, entity);
      return line ? { ...project, lines: [...project.lines, line] } : project;
    },
  };
}
