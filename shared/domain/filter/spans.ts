/** Values of a field from one up to another, each in the bytes in which it is compared; an end that is missing is open. */
export interface Span {
  readonly from?: Buffer;
  /** The first value itself is not in it. */
  readonly isFromOpen?: boolean;
  readonly to?: Buffer;
  readonly isToOpen?: boolean;
}

/** The order of two values in such bytes, the first one from `start` up to, not including, `end`. */
export type Order = (bytes: Buffer, start: number, end: number, other: Buffer) => number;

/** Some spans as few disjoint ones in ascending order. */
export function unionOf(spans: readonly Span[], order: Order): readonly Span[] {
  const inOrder = spans.filter((span) => !isEmpty(span, order)).toSorted((one, two) => orderOfStarts(one, two, order));
  const union: Span[] = [];
  for (const span of inOrder) {
    const last = union.at(-1);
    if (last && isJoined(last, span, order)) union[union.length - 1] = joined(last, span, order);
    else union.push(span);
  }
  return union;
}

/** Whether a value lies in one of some disjoint spans in ascending order. */
export function isInSpans(spans: readonly Span[], order: Order, bytes: Buffer, start: number, end: number): boolean {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const { from, isFromOpen, to, isToOpen } = spans[middle]!;
    const behindFrom = from ? order(bytes, start, end, from) : 1;
    if (behindFrom < 0 || (behindFrom === 0 && isFromOpen)) high = middle - 1;
    else {
      const behindTo = to ? order(bytes, start, end, to) : -1;
      if (behindTo < 0 || (behindTo === 0 && !isToOpen)) return true;
      low = middle + 1;
    }
  }
  return false;
}

/** No value can be in it, whatever it is. */
export function isEmpty({ from, isFromOpen, to, isToOpen }: Span, order: Order): boolean {
  if (!from || !to) return false;
  const difference = order(from, 0, from.length, to);
  return difference > 0 || (difference === 0 && (isFromOpen === true || isToOpen === true));
}

function orderOfStarts(one: Span, other: Span, order: Order): number {
  if (!one.from || !other.from) return Number(one.from !== undefined) - Number(other.from !== undefined);
  const difference = order(one.from, 0, one.from.length, other.from);
  return difference || Number(one.isFromOpen ?? false) - Number(other.isFromOpen ?? false);
}

/** The second begins no later than where the first ends. */
function isJoined({ to, isToOpen }: Span, { from, isFromOpen }: Span, order: Order): boolean {
  if (!to || !from) return true;
  const difference = order(from, 0, from.length, to);
  return difference < 0 || (difference === 0 && !(isToOpen && isFromOpen));
}

function joined(one: Span, other: Span, order: Order): Span {
  const { to: _to, isToOpen: _isToOpen, ...start } = one;
  if (!one.to || !other.to) return start;
  const difference = order(one.to, 0, one.to.length, other.to);
  const isOne = difference > 0 || (difference === 0 && !one.isToOpen);
  const { to, isToOpen } = isOne ? one : other;
  return { ...start, ...(to && { to }), ...(isToOpen && { isToOpen }) };
}
