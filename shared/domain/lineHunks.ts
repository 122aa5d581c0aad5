/** A run of lines that one text has in place of a run of the other. */
export interface LineHunk {
  /** The first of them in the newer text, counted from 1; where lines went, the one in front of which they stood. */
  readonly from: number;
  /** In the newer text. */
  readonly count: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** As many pairs of lines are compared; what differs beyond is told as one run. */
const pairsMax = 1_000_000;

/** Where two texts differ, line by line, with as few changed lines as can be. */
export function lineHunks(before: string, after: string): readonly LineHunk[] {
  const [older, newer] = [before.split(/\r?\n/u), after.split(/\r?\n/u)];
  let begin = 0;
  while (begin < older.length && begin < newer.length && older[begin] === newer[begin]) begin += 1;
  let end = 0;
  const rest = Math.min(older.length, newer.length) - begin;
  while (end < rest && older.at(-1 - end) === newer.at(-1 - end)) end += 1;
  const [left, right] = [older.slice(begin, older.length - end), newer.slice(begin, newer.length - end)];
  if (left.length * right.length > pairsMax) {
    return [{ from: begin + 1, count: right.length, before: left, after: right }];
  }
  return hunksOf(left, right, begin);
}

function hunksOf(left: readonly string[], right: readonly string[], begin: number): readonly LineHunk[] {
  const common = commonLengths(left, right);
  const width = right.length + 1;
  const hunks: LineHunk[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [fromRow, fromColumn] = [row, column];
    while ((row < left.length || column < right.length) && (row >= left.length || left[row] !== right[column])) {
      const down = row < left.length ? (common[(row + 1) * width + column] ?? 0) : -1;
      const across = column < right.length ? (common[row * width + column + 1] ?? 0) : -1;
      if (down >= across) row += 1;
      else column += 1;
    }
    if (row > fromRow || column > fromColumn) {
      const after = right.slice(fromColumn, column);
      const from = begin + fromColumn + 1;
      hunks.push({ from, count: after.length, before: left.slice(fromRow, row), after });
    }
    while (row < left.length && column < right.length && left[row] === right[column])
      [row, column] = [row + 1, column + 1];
  }
  return hunks;
}

/** How many lines the texts have in common from a row and a column on. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const at = row * width + column;
      lengths[at] =
        left[row] === right[column]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}
