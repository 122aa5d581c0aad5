/** One data row of a source file as text, for whoever looks at few. */
export interface SourceRow {
  /** Where the row begins, 1-based; the header of a delimited file is on line 1. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly problem?: RowProblem;
  /** The row's text as it stands in the file, where its cells alone would not tell: it has a problem. */
  readonly raw?: string;
}

export interface RowProblem {
  readonly code: string;
  readonly message: string;
}

/** A row that could not be taken apart into its columns: a rejected record, never the end of the file. */
export type BrokenRow = SourceRow & { readonly problem: RowProblem };

/**
 * Rows of a source file, in their order, as places in one piece of UTF-8. The memory may be used again for the next
 * batch, so what outlives this one is copied.
 */
export interface RowBatch {
  readonly bytes: Buffer;
  readonly count: number;
  /**
   * Cells of each row. Cell `c` of row `r` lies from `starts[r * width + c]` up to, not including, `ends[…]`. One that the
   * row does not have, in a format in which it need not, ends one byte before it begins, at the end of what lies before it.
   */
  readonly width: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Where each row begins in its file. */
  readonly lines: Float64Array;
  /** By the number of the row: those that have no places. */
  readonly broken: ReadonlyMap<number, BrokenRow>;
}

export function rowAt(batch: RowBatch, index: number): SourceRow {
  const broken = batch.broken.get(index);
  if (broken) return broken;
  const { bytes, width, starts, ends, lines } = batch;
  const first = index * width;
  const cells = Array.from({ length: width }, (_, cell) =>
    bytes.toString("utf8", starts[first + cell], ends[first + cell]),
  );
  return { line: lines[index]!, cells };
}

export function rowsIn(batch: RowBatch): SourceRow[] {
  return Array.from({ length: batch.count }, (_, index) => rowAt(batch, index));
}

/** The same rows without the first ones. */
export function rowsBehind(batch: RowBatch, first: number): RowBatch {
  const { count, width, starts, ends, lines } = batch;
  return {
    ...batch,
    count: count - first,
    starts: starts.subarray(first * width),
    ends: ends.subarray(first * width),
    lines: lines.subarray(first),
    broken: new Map([...batch.broken].map(([index, row]) => [index - first, row])),
  };
}

/** Rows that are there as text, each with `width` cells but those with a problem. */
export function rowBatchOf(rows: readonly SourceRow[], width: number): RowBatch {
  const bytes = Buffer.from(rows.map(({ cells, problem }) => (problem ? "" : cells.join(""))).join(""));
  const [starts, ends] = [new Uint32Array(rows.length * width), new Uint32Array(rows.length * width)];
  const broken = new Map<number, BrokenRow>();
  let at = 0;
  for (const [index, { problem, ...row }] of rows.entries()) {
    if (problem) broken.set(index, { ...row, problem });
    else if (row.cells.length !== width) throw new RangeError(`A row has ${row.cells.length} cells for ${width}.`);
    for (const [cell, text] of (problem ? [] : row.cells).entries()) {
      starts[index * width + cell] = at;
      at += Buffer.byteLength(text);
      ends[index * width + cell] = at;
    }
  }
  const lines = Float64Array.from(rows, (row) => row.line);
  return { bytes, count: rows.length, width, starts, ends, lines, broken };
}

/** The same rows without these cells, which their rows do not have; each is named by its place. */
export function withoutCells(batch: RowBatch, places: readonly number[]): RowBatch {
  if (places.length === 0) return batch;
  const starts = Uint32Array.from(batch.starts);
  for (const place of places) starts[place] = batch.ends[place]! + 1;
  return { ...batch, starts };
}
