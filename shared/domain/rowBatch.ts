/** One data row of a source file as text, for whoever looks at few. */
export interface SourceRow {
  /**
   * Where the row begins, 1-based; the header of a delimited file is on line 1. In a format whose rows may share a line it
   * is the row's number, and `place` says where it begins.
   */
  readonly line: number;
  readonly place?: RowPlace;
  readonly cells: readonly string[];
  /** The numbers of the cells that the row does not have; they are empty among the cells. */
  readonly absent?: ReadonlySet<number>;
  readonly problem?: RowProblem;
  /** The row's text as it stands in the file, where its cells alone would not tell: it has a problem. */
  readonly raw?: string;
}

/** A place in a file whose rows are known by their numbers; the column is 0 where it is not known. */
export interface RowPlace {
  readonly line: number;
  readonly column: number;
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
  /** Where each row begins in its file: numbers that ascend, and tell the rows apart. */
  readonly lines: Float64Array;
  /** Where they are the numbers of the rows: where each begins. */
  readonly placeOf?: (index: number) => RowPlace;
  /** By the number of the row: those that have no places. */
  readonly broken: ReadonlyMap<number, BrokenRow>;
  /** Where the next batch begins in the text of its file, in bytes of UTF-8; absent in formats that tell of no such place. */
  readonly nextAt?: number;
}

export function rowAt(batch: RowBatch, index: number): SourceRow {
  const place = batch.placeOf && { place: batch.placeOf(index) };
  const broken = batch.broken.get(index);
  if (broken) return { ...broken, ...place };
  const { bytes, width, starts, ends, lines } = batch;
  const first = index * width;
  const cells = Array.from({ length: width }, (_, cell) =>
    bytes.toString("utf8", starts[first + cell], ends[first + cell]),
  );
  const absent = cells.flatMap((_, cell) => (ends[first + cell]! < starts[first + cell]! ? [cell] : []));
  return { line: lines[index]!, ...place, cells, ...(absent.length > 0 && { absent: new Set(absent) }) };
}

/** How a row is called in an error text. */
export function namedRow({ line, place }: Pick<SourceRow, "line" | "place">): string {
  if (!place) return `line ${line}`;
  return `record ${line} (line ${place.line}${place.column > 0 ? `, column ${place.column}` : ""})`;
}

export function rowsIn(batch: RowBatch): SourceRow[] {
  return Array.from({ length: batch.count }, (_, index) => rowAt(batch, index));
}

/** The same rows without the first ones. */
export function rowsBehind(batch: RowBatch, first: number): RowBatch {
  const { count, width, starts, ends, lines, placeOf } = batch;
  return {
    ...batch,
    ...(placeOf && { placeOf: (index: number) => placeOf(index + first) }),
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
      starts[index * width + cell] = row.absent?.has(cell) ? at + 1 : at;
      at += Buffer.byteLength(text);
      ends[index * width + cell] = at;
    }
  }
  const lines = Float64Array.from(rows, (row) => row.line);
  const isPlaced = rows.every(({ place }) => place !== undefined);
  const placeOf = isPlaced && rows.length > 0 && { placeOf: (index: number) => rows[index]!.place! };
  return { bytes, count: rows.length, width, starts, ends, lines, broken, ...placeOf };
}
