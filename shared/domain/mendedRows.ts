import type { Actor } from "./caller.ts";
import { isSameName } from "./dataEntity.ts";
import { foldName } from "./foldName.ts";
import type { DefinitionVersion } from "./execution.ts";

/** What a message is that brings rejected rows of another one, changed: it stands for them in their job. */
export interface Mending {
  readonly messageId: string;
  /** The one that rejected them. */
  readonly executionId: string;
  readonly entity: string;
  readonly rows: number;
  /** The message that brought the rows first: that one may have been mended in its turn. */
  readonly origin: { readonly messageId: string; readonly enqueuedAt: number };
  /** Its rows are written as that one's rejected rows are. */
  readonly format: DefinitionVersion;
  /** Of a package: the file in which they stand. */
  readonly entry?: string;
}

/** What became of some rejected rows of a message: which message brings them, and who changed them. */
export interface MendedRows extends Actor {
  readonly messageId: string;
  readonly executionId: string;
  readonly entity: string;
  /** As `toLines` writes them. */
  readonly lines: string;
  /** Those that nobody wants any more: no other execution of their message takes them. */
  readonly leftOut: string;
  /** Tells the same request when it comes again. */
  readonly digest: string;
  readonly at: number;
}

/** The lines as one text, such as `3-5,9`: what was mended stays in the row of its message, which is small. */
export function toLines(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of [...new Set(lines)].toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** How many lines such a text names. */
export function countLines(lines: string): number {
  return rangesOf(lines).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** How many rows somebody decided about, each counted once: one that was left out may be mended later. */
export function countDecided(mended: readonly MendedRows[]): number {
  const byEntity = new Map<string, (readonly [number, number])[]>();
  for (const { entity, lines, leftOut } of mended) {
    const name = foldName(entity);
    byEntity.set(name, [...(byEntity.get(name) ?? []), ...rangesOf(lines), ...rangesOf(leftOut)]);
  }
  return [...byEntity.values()].reduce((sum, ranges) => sum + countCovered(ranges), 0);
}

function countCovered(ranges: readonly (readonly [number, number])[]): number {
  let [count, through] = [0, 0];
  for (const [from, to] of ranges.toSorted(([one], [other]) => one - other)) {
    count += Math.max(0, to - Math.max(from - 1, through));
    through = Math.max(through, to);
  }
  return count;
}

function rangesOf(lines: string): readonly (readonly [number, number])[] {
  if (lines === "") return [];
  return lines.split(",").map((range) => {
    const [from, to = from] = range.split("-").map(Number);
    return [from ?? 0, to ?? 0];
  });
}

/** Who decided about rows of an entity, by their lines: looked up for each row of a file. */
export function mendsOf(mended: readonly MendedRows[], entity: string): (line: number) => RowMend | undefined {
  const own = mended.filter((rows) => isSameName(rows.entity, entity));
  const byLine = new Map<number, RowMend>();
  for (const isLeftOut of [false, true]) {
    for (const { messageId, lines, leftOut } of own) {
      for (const [from, to] of rangesOf(isLeftOut ? leftOut : lines)) {
        for (let line = from; line <= to; line++) {
          if (!byLine.has(line)) byLine.set(line, { messageId, isLeftOut });
        }
      }
    }
  }
  return (line) => byLine.get(line);
}

export interface RowMend {
  readonly messageId: string;
  readonly isLeftOut: boolean;
}
