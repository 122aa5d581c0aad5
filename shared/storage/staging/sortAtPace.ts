import type { Pace } from "../../ports/pace.ts";

type Compare = (one: number, other: number) => number;

/** Sorted in one piece, and merged without a rest: some milliseconds. */
const blockItems = 4096;

/**
 * The items in order, those that compare as equal in the order in which they came. A sort in one piece would keep
 * everybody waiting until it is done.
 */
export async function sortAtPace(items: readonly number[], compare: Compare, pace: Pace): Promise<readonly number[]> {
  let blocks: number[][] = [];
  for (let from = 0; from < items.length; from += blockItems) {
    blocks.push(items.slice(from, from + blockItems).sort(compare));
    if (pace.isOver()) await pace.rest();
  }
  while (blocks.length > 1) {
    const merged: number[][] = [];
    for (let index = 0; index < blocks.length; index += 2) {
      merged.push(await merge(blocks[index] ?? [], blocks[index + 1] ?? [], compare, pace));
    }
    blocks = merged;
  }
  return blocks[0] ?? [];
}

async function merge(left: readonly number[], right: readonly number[], compare: Compare, pace: Pace) {
  const merged: number[] = [];
  let [leftAt, rightAt] = [0, 0];
  // What is in order already is joined without a look at each item.
  if (right.length === 0 || compare(left.at(-1) ?? 0, right[0] ?? 0) <= 0) return left.concat(right);
  for (;;) {
    const [one, other] = [left[leftAt], right[rightAt]];
    if (one === undefined || other === undefined) return merged.concat(left.slice(leftAt), right.slice(rightAt));
    const isLeft = compare(one, other) <= 0;
    merged.push(isLeft ? one : other);
    if (isLeft) leftAt += 1;
    else rightAt += 1;
    if (merged.length % blockItems === 0 && pace.isOver()) await pace.rest();
  }
}
