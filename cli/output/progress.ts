import type { Surroundings } from "../surroundings.ts";
import { printable } from "./printable.ts";
import { toSize } from "./units.ts";

/** Something that goes on: how far it is, in bytes, where that is known. */
export interface Going {
  readonly name: string;
  readonly of?: number;
}

/** What is told while a command works; nothing where nobody looks. */
export interface Progress {
  /** A line that stays. */
  readonly tell: (line: string) => void;
  readonly begin: (going: Going) => Step;
  /** Takes the drawn lines away. */
  readonly end: () => void;
}

export interface Step {
  readonly at: (bytes: number, note?: string) => void;
  readonly done: () => void;
}

const drawEveryMs = 100;
const barWidth = 20;
const shownMax = 8;

/** Bars on a terminal, one for each thing that goes on; elsewhere only the lines that stay. */
export function startProgress(surroundings: Surroundings, isQuiet: boolean | undefined): Progress {
  const { err, isTerminal } = surroundings;
  const tell = (line: string): void => (isQuiet ? undefined : err(printable(line)));
  const none = { at: () => undefined, done: () => undefined };
  if (isQuiet || !isTerminal) return { tell, begin: () => none, end: () => undefined };
  return startBars(surroundings);
}

interface Bar extends Going {
  bytes: number;
  note: string | undefined;
  readonly since: number;
}

function startBars({ draw, err, width, now }: Surroundings): Progress {
  const bars = new Set<Bar>();
  let drawn = 0;
  let drawnAt = -Infinity;
  const clear = (): void => {
    if (drawn > 0) draw(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const redraw = (isForced: boolean): void => {
    if (!isForced && now() - drawnAt < drawEveryMs) return;
    clear();
    drawnAt = now();
    const lines = toLines([...bars], now(), width);
    if (lines.length > 0) draw(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const begin = (going: Going): Step => {
    const bar: Bar = { ...going, bytes: 0, note: undefined, since: now() };
    bars.add(bar);
    redraw(true);
    return {
      at(bytes, note) {
        Object.assign(bar, { bytes, note });
        redraw(false);
      },
      done: () => redraw(bars.delete(bar)),
    };
  };
  const tell = (line: string): void => {
    clear();
    err(printable(line));
    redraw(true);
  };
  return { tell, begin, end: clear };
}

function toLines(bars: readonly Bar[], now: number, width: number): readonly string[] {
  const more = bars.length > shownMax ? [`… and ${bars.length - shownMax} more`] : [];
  return [...bars.slice(0, shownMax).map((bar) => toBar(bar, now, width)), ...more];
}

function toBar({ name, of, bytes, note, since }: Bar, now: number, width: number): string {
  const perSecond = bytes / Math.max((now - since) / 1000, 0.001);
  const full = of ? Math.round(Math.min(bytes / of, 1) * barWidth) : 0;
  const bar = of
    ? `[${"#".repeat(full)}${".".repeat(barWidth - full)}] ${toSize(bytes)} of ${toSize(of)}`
    : toSize(bytes);
  const text = note ?? (bytes > 0 ? `${bar}, ${toSize(perSecond)}/s` : bar);
  return `${printable(name)}  ${text}`.slice(0, Math.max(width - 1, 20));
}
