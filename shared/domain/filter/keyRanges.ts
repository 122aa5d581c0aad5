import { type FieldType, type EntityField } from "../dataEntity.ts";
import { foldedBytes } from "./textCells.ts";
import type { Span } from "./spans.ts";

/** Keys from one on, up to, not including, another one, both as lines begin with them; open where there is none. */
export interface KeyRange {
  readonly from: Buffer;
  readonly below: Buffer | undefined;
}

/** What a filter says of a part of the key; undefined where any value may be selected. */
export interface KeyPart {
  readonly field: EntityField;
  readonly spans: readonly Span[] | undefined;
}

const rangesMax = 1000;
const tab = Buffer.from("\t");
const separator = Buffer.from("\u001f");
/** Less than all that may follow a part of a key, but more than the tab at a key's end; and more than a separator. */
const [behindKey, behindPart] = [Buffer.from("\n"), Buffer.from(" ")];

/** Types whose texts have the order of their values, so that a span of values is one of keys. */
const inOrder: readonly FieldType[] = ["string", "date", "guid"];

/**
 * Where the keys lie of all records that a filter may select, in ascending order, some more included; undefined where they
 * may lie anywhere. `parts` are those of the key, in their order.
 */
export function keyRangesOf(parts: readonly KeyPart[]): readonly KeyRange[] | undefined {
  let prefixes: readonly Buffer[] = [Buffer.alloc(0)];
  for (const [index, { field, spans }] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (!spans || prefixes.length * spans.length > rangesMax) return rangesOf(prefixes, index);
    const points = spans.map(pointOf);
    if (!points.every((point) => point !== undefined)) {
      if (!inOrder.includes(field.type)) return rangesOf(prefixes, index);
      return ascending(prefixes.flatMap((prefix) => spans.map((span) => rangeOf(prefix, span, isLast))));
    }
    // A key holds what its values are compared by: symbols in small letters, too.
    const folded = points.map((point) => foldedPoint(field, point));
    if (isLast) return ascending(prefixes.flatMap((prefix) => folded.map((part) => exactly(prefix, part))));
    prefixes = prefixes.flatMap((prefix) => folded.map((part) => Buffer.concat([prefix, part, separator])));
  }
  return undefined;
}

function pointOf({ from, isFromOpen, to, isToOpen }: Span): Buffer | undefined {
  return from && to && !isFromOpen && !isToOpen && from.equals(to) ? from : undefined;
}

function foldedPoint({ type }: EntityField, point: Buffer): Buffer {
  return type === "string" ? point : foldedBytes(point.toString("utf8"));
}

function rangesOf(prefixes: readonly Buffer[], parts: number): readonly KeyRange[] | undefined {
  if (parts === 0) return undefined;
  return ascending(prefixes.map((prefix) => rangeOf(prefix, {}, false)));
}

function exactly(prefix: Buffer, part: Buffer): KeyRange {
  const key = Buffer.concat([prefix, part]);
  return { from: Buffer.concat([key, tab]), below: Buffer.concat([key, behindKey, tab]) };
}

/** The ends are taken in, whether they are selected or not. */
function rangeOf(prefix: Buffer, { from, to, isToOpen }: Span, isLast: boolean): KeyRange {
  const start = Buffer.concat([prefix, from ?? Buffer.alloc(0), tab]);
  if (!to) return { from: start, below: endOfPrefix(prefix) };
  const end = isToOpen ? [] : [isLast ? behindKey : behindPart];
  return { from: start, below: Buffer.concat([prefix, to, ...end, tab]) };
}

/** Behind all keys that begin so: a prefix ends in a separator. */
function endOfPrefix(prefix: Buffer): Buffer | undefined {
  return prefix.length === 0 ? undefined : Buffer.concat([prefix.subarray(0, -1), behindPart, tab]);
}

function ascending(ranges: readonly KeyRange[]): readonly KeyRange[] {
  return ranges.toSorted((one, other) => one.from.compare(other.from));
}
