import type { Done } from "../../../definitions/apply.ts";
import { describe } from "../../../definitions/kinds.ts";
import type { Plan, Step } from "../../../definitions/plan.ts";

const signs = { create: "+", update: "~", delete: "-" } as const;
const shownCharactersMax = 100;

/** A plan for a person: a line for each definition, and below it one for each member. */
export function planText({ steps, unchanged, kept }: Plan): string {
  const lines = steps.flatMap((step) => [`${signs[step.action]} ${describe(step)}`, ...memberLines(step)]);
  if (kept.length > 0) {
    const names = kept.map(describe).join(", ");
    lines.push(`Beside the folder there are, and stay: ${names}. --prune deletes them.`);
  }
  const count = (action: Step["action"]): number => steps.filter((step) => step.action === action).length;
  const counts = `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete, ${unchanged.length} as they are to be.`;
  return [...lines, counts].join("\n");
}

function memberLines({ changes, hasMore }: Step): readonly string[] {
  const lines = changes.map(({ kind, path, before, after }) => {
    if (kind === "added") return `    + ${path}: ${cut(after)}`;
    if (kind === "removed") return `    - ${path}: ${cut(before)}`;
    return `    ~ ${path}: ${cut(before)} → ${cut(after)}`;
  });
  return hasMore ? [...lines, "    … and more"] : lines;
}

function cut(text = ""): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > shownCharactersMax ? `${line.slice(0, shownCharactersMax).toWellFormed()}…` : line;
}

/** A plan for scripts. */
export function planJson({ steps, unchanged, kept }: Plan): object {
  const named = ({ kind, id, name }: Plan["kept"][number]) => ({ kind: kind.name, id, name });
  return {
    steps: steps.map((step) => ({ action: step.action, ...named(step), changes: step.changes, hasMore: step.hasMore })),
    unchanged: unchanged.length,
    kept: kept.map(named),
  };
}

/** What became of a step, for a person. */
export function doneText({ step, refusal }: Done): string {
  const line = `${signs[step.action]} ${describe(step)}`;
  return refusal === undefined ? line : `! ${describe(step)}: ${refusal}`;
}
