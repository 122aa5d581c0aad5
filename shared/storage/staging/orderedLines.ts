import { addLine, emptyLines, lineBuffer, linesIn } from "../../domain/lineBuffer.ts";
import { compareKeys, type RecordLines } from "../../domain/recordLines.ts";
import { advance, load, type LineCursor } from "../segments/lineCursor.ts";

interface Ranked {
  readonly cursor: LineCursor;
  /** Lines of one key come in the order of the cursors. */
  readonly rank: number;
}

/** All lines of all cursors, ordered by key; unlike a store's merge it keeps every line of a key. */
export async function* orderedLines(
  cursors: readonly LineCursor[],
  { batchRecords, batchBytes }: { readonly batchRecords: number; readonly batchBytes: number },
): AsyncGenerator<RecordLines> {
  await Promise.all(cursors.map(load));
  const heap = cursors.map((cursor, rank) => ({ cursor, rank })).filter(({ cursor }) => !cursor.isOver);
  for (let place = heap.length >> 1; place >= 0; place -= 1) siftDown(heap, place);
  const batch = lineBuffer();
  for (let first = heap[0]; first; first = heap[0]) {
    const { cursor } = first;
    addLine(batch, cursor.bytes, cursor.start, cursor.end);
    if (!advance(cursor)) await load(cursor);
    if (cursor.isOver) replaceFirst(heap);
    siftDown(heap, 0);
    if (batch.count < batchRecords && batch.filled < batchBytes) continue;
    yield linesIn(batch);
    emptyLines(batch);
  }
  if (batch.count > 0) yield linesIn(batch);
}

function replaceFirst(heap: Ranked[]): void {
  const last = heap.pop();
  if (last && heap.length > 0) heap[0] = last;
}

/** Restores the heap's order below `place`; in a sorted source the first stays first, at two comparisons. */
function siftDown(heap: Ranked[], place: number): void {
  const sinking = heap[place];
  if (!sinking) return;
  let at = place;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const isRight = left !== undefined && right !== undefined && comesBefore(right, left);
    const child = isRight ? right : left;
    if (!child || !comesBefore(child, sinking)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = sinking;
}

function comesBefore(one: Ranked, other: Ranked): boolean {
  const [a, b] = [one.cursor, other.cursor];
  return (compareKeys(a.bytes, a.start, b.bytes, b.start) || one.rank - other.rank) < 0;
}
