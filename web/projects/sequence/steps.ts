import { byName } from "../../parts/differences.ts";
import { isSameName, type Line, type Project } from "../../parts/project.ts";

/** When an entity runs: units one after another, levels in a unit, sequences in a level. */
export type Step = Pick<Line, "executionUnit" | "level" | "sequence" | "failLevelOnError" | "failUnitOnError">;
/** By entity. */
export type Steps = Readonly<Record<string, Step>>;

export type Place = Pick<Step, "executionUnit" | "level" | "sequence">;

export interface Group {
  readonly number: number;
  readonly entities: readonly string[];
}

export const orderMax = 9999;

export function stepsOf({ lines }: Project): Steps {
  return byName(
    lines.map(({ entity, executionUnit, level, sequence, failLevelOnError, failUnitOnError }) => [
      entity,
      { executionUnit, level, sequence, failLevelOnError, failUnitOnError },
    ]),
  );
}

/** Lines that came or went since stay as they are. */
export function withSteps(project: Project, steps: Steps): Project {
  const byName = Object.entries(steps);
  const lines = project.lines.map((line) => {
    const [, step] = byName.find(([entity]) => isSameName(entity, line.entity)) ?? [];
    return { ...line, ...step };
  });
  return { ...project, lines };
}

/** The entities by the number that one of their members has, in its order. */
export function groupsBy(steps: Steps, entities: readonly string[], member: keyof Place): readonly Group[] {
  const numbers = [...new Set(entities.map((entity) => steps[entity]?.[member] ?? 1))];
  return numbers
    .toSorted((one, other) => one - other)
    .map((number) => ({ number, entities: entities.filter((entity) => Object.is(steps[entity]?.[member], number)) }));
}

/** Where a step goes: beside those that are there, or before them, which then move on. */
export interface Target extends Place {
  readonly isBefore: boolean;
}

export function moved(steps: Steps, entity: string, { isBefore, ...place }: Target): Steps {
  const step = steps[entity];
  if (!step) return steps;
  const others = Object.entries(steps).map(([name, other]): [string, Step] => {
    const isBehind =
      isBefore &&
      name !== entity &&
      other.executionUnit === place.executionUnit &&
      other.level === place.level &&
      other.sequence >= place.sequence;
    return [name, isBehind ? { ...other, sequence: Math.min(orderMax, other.sequence + 1) } : other];
  });
  return byName([...others, [entity, { ...step, ...place }]]);
}

/** One up or down in a member, as far as numbers go. */
export function stepped(steps: Steps, entity: string, member: keyof Place, by: 1 | -1): Steps {
  const step = steps[entity];
  if (!step) return steps;
  return { ...steps, [entity]: { ...step, [member]: Math.min(orderMax, Math.max(1, step[member] + by)) } };
}

/** Every entity after the one before it, each by itself, in the order in which they run now. */
export function resequenced(steps: Steps, increment: number): Steps {
  const next = new Map<string, Step>();
  for (const unit of groupsBy(steps, Object.keys(steps), "executionUnit")) {
    for (const level of groupsBy(steps, unit.entities, "level")) {
      groupsBy(steps, level.entities, "sequence").forEach(({ entities }, index) => {
        for (const entity of entities) {
          const step = steps[entity];
          if (step) next.set(entity, { ...step, sequence: Math.min(orderMax, 1 + index * increment) });
        }
      });
    }
  }
  return byName(next);
}

export function stepText({ executionUnit, level, sequence, failLevelOnError, failUnitOnError }: Step): string {
  const stops = [failLevelOnError && "an error stops the level", failUnitOnError && "an error stops the unit"];
  return [
    `Unit ${executionUnit}, level ${level}, sequence ${sequence}`,
    ...stops.filter((stop) => stop !== false),
  ].join("; ");
}
