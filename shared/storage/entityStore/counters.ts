import { DomainError } from "../../domain/errors.ts";
import { foldName } from "../../domain/foldName.ts";
import type { NumberDraw } from "../../ports/entityStore.ts";
import type { Manifest } from "./manifest.ts";

type Counters = Manifest["counters"];

export interface Drawing {
  readonly draw: () => string;
  /** The counters as they are behind the numbers drawn so far. */
  readonly drawn: () => Counters;
}

/** Takes numbers behind those of the manifest that the commit is built on, with which they are stored. */
export function drawingFrom(counters: Counters, numbers: NumberDraw | undefined): Drawing {
  if (!numbers) return { draw: refuseNumber, drawn: () => counters };
  const name = foldName(numbers.counter);
  let next = Math.max(numbers.next, counters[name] ?? 0);
  return {
    draw() {
      const text = numbers.textOf(next);
      next += 1;
      return text;
    },
    drawn: () => ({ ...counters, [name]: next }),
  };
}

function refuseNumber(): never {
  throw new Error("A commit draws numbers and names no counter.");
}

/** Keys that were drawn are new; one that is stored was given by somebody else. */
export function requireFree({ counter }: NumberDraw): (isStored: boolean) => void {
  return (isStored) => {
    if (!isStored) return;
    const text = `A number of sequence "${counter}" is the key of a stored record already, so nothing was stored. Set the sequence's next number behind those in use, and retry the message.`;
    throw new DomainError("invalid", text);
  };
}
