import type { EntityLine } from "./dataProject.ts";

/** A line of an import, and where its records go. */
export interface GroupedLine {
  readonly line: Pick<EntityLine, "executionUnit" | "level" | "sequence">;
  /** Names the entity and the company. */
  readonly target: string;
}

/**
 * The numbers of the lines, in the order in which they run, in groups of which one runs after another: the lines of one
 * unit, level and sequence are one, unless they go to the same records.
 */
export function lineGroups(lines: readonly GroupedLine[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [index, line] of lines.entries()) {
    const group = groups.at(-1);
    if (group?.every((other) => mayRunBeside(lines[other]!, line))) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

function mayRunBeside(one: GroupedLine, other: GroupedLine): boolean {
  const [{ executionUnit, level, sequence }, second] = [one.line, other.line];
  const isSamePlace = executionUnit === second.executionUnit && level === second.level && sequence === second.sequence;
  return isSamePlace && one.target !== other.target;
}
