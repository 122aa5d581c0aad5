import { numberOf } from "../segments/lines.ts";
import { advance, lineAt, load, type LineCursor } from "../segments/lineCursor.ts";

export interface OrderedLine {
  readonly key: string;
  readonly line: string;
}

/** All lines of all spills, ordered by key and number; unlike a store's merge it keeps every line of a key. */
export async function* orderedLines(
  cursors: readonly LineCursor[],
  batchRecords: number,
): AsyncGenerator<readonly OrderedLine[]> {
  await Promise.all(cursors.map(load));
  const heap = cursors.filter((cursor) => cursor.key !== undefined);
  for (let place = heap.length >> 1; place >= 0; place -= 1) siftDown(heap, place);
  let batch: OrderedLine[] = [];
  for (let first = heap[0]; first?.key !== undefined; first = heap[0]) {
    batch.push({ key: first.key, line: lineAt(first) });
    if (!advance(first)) await load(first);
    if (first.key === undefined) replaceFirst(heap);
    siftDown(heap, 0);
    if (batch.length < batchRecords) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function replaceFirst(heap: LineCursor[]): void {
  const last = heap.pop();
  if (last && heap.length > 0) heap[0] = last;
}

/** Restores the heap's order below `place`; in a sorted source the first stays first, at two comparisons. */
function siftDown(heap: LineCursor[], place: number): void {
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

function comesBefore(one: LineCursor, other: LineCursor): boolean {
  if (one.key === undefined || other.key === undefined) return other.key === undefined && one.key !== undefined;
  if (one.key !== other.key) return one.key < other.key;
  return numberOf(lineAt(one)) < numberOf(lineAt(other));
}
