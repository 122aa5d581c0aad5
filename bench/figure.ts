/** One line of the table: what was measured, the limit beside it, and whether the target is reached. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the same work costs with nothing around it, measured in the same run and in the same unit. */
  readonly limit?: { readonly what: string; readonly value: number };
  /** What the work and its limit took beside that, for whoever asks why. */
  readonly took?: string;
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/** What the worker may hold at most, whatever the size of the file and of V8's heap. */
export const memoryMegabytesMax = 256;

/** A benchmark in a room of its own; `scale` below 1 makes it smaller, to see that it runs. */
export type Benchmark = (scale: number) => Promise<readonly Figure[]>;

export function isReached({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The figures as a table in Markdown. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.limit === undefined ? "" : `${rounded(figure.limit.value)} (${figure.limit.what})`,
    figure.limit === undefined ? "" : (figure.value / figure.limit.value).toFixed(2),
    targetText(figure),
    figure.target === undefined ? "" : isReached(figure) ? "yes" : "NO",
    figure.took ?? "",
  ]);
  const header = ["figure", "measured", "limit in the same run", "ratio", "target", "reached", "took"];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function targetText({ target, unit }: Figure): string {
  if (target === undefined) return "";
  return "atLeast" in target ? `≥ ${rounded(target.atLeast)} ${unit}` : `≤ ${rounded(target.atMost)} ${unit}`;
}

function rounded(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 2 : 0 });
}
