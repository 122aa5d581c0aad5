import type { EntityLine } from "./dataProject.ts";

/** A line of an import, and what it works on. */
export interface GroupedLine {
  readonly line: Pick<EntityLine, "executionUnit" | "level" | "sequence">;
  /** Names for all that it changes, or whose changes it would see: two lines that share one depend on their order. */
  readonly uses: readonly string[];
  /** Whether it never runs beside another one. */
  readonly isAlone?: boolean;
}

/**
 * The numbers of the lines, in the order in which they run, in groups of which one runs after another: the lines of one
 * unit, level and sequence are one, unless they depend on their order.
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
  if (one.isAlone || other.isAlone) return false;
  return isSamePlace && !one.uses.some((name) => other.uses.includes(name));
}
