import type { KeyboardEvent } from "react";
import { type Place, type Steps, stepped, stepText } from "./steps.ts";

interface Props {
  readonly entity: string;
  readonly steps: Steps;
  readonly drag: (entity: string | undefined) => void;
  readonly change?: (steps: Steps) => void;
}

const keys: Readonly<Record<string, readonly [Exclude<keyof Place, "executionUnit">, 1 | -1]>> = {
  ArrowUp: ["sequence", -1],
  ArrowDown: ["sequence", 1],
  ArrowLeft: ["level", -1],
  ArrowRight: ["level", 1],
};

export function chipId(entity: string): string {
  return `step-${encodeURIComponent(entity)}`;
}

/** An entity in the picture, moved by the pointer or by arrow keys. */
export function StepChip({ entity, steps, drag, change }: Props) {
  const step = steps[entity];
  const text = step ? `${entity}: ${stepText(step)}` : entity;
  if (!change) {
    return (
      <span className="chip" title={text}>
        <bdi>{entity}</bdi>
      </span>
    );
  }
  const move = (event: KeyboardEvent): void => {
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    const [member, by] = key;
    change(stepped(steps, entity, event.ctrlKey ? "executionUnit" : member, by));
  };
  return (
    <button
      type="button"
      className="chip"
      id={chipId(entity)}
      draggable
      aria-label={text}
      title={text}
      onKeyDown={move}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", entity);
        event.dataTransfer.effectAllowed = "move";
        // The places to drop on appear once the browser has taken its picture of what is dragged.
        setTimeout(() => drag(entity));
      }}
      onDragEnd={() => drag(undefined)}
    >
      <bdi>{entity}</bdi>
    </button>
  );
}
