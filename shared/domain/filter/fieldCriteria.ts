import { encodeText } from "../recordText.ts";
import { CriteriaError, type Criterion, parseCriteria, type Piece } from "./criteria.ts";
import { orderOf } from "./orders.ts";
import { isInSpans, type Order, type Span, unionOf } from "./spans.ts";
import { cellFolder, unescaped } from "./textCells.ts";
import { isToday, type Meaning, orderIn, spanOf } from "./valueSpans.ts";
import { type Pattern, patternBytesMax, patternOf } from "./wildcards.ts";
import { foldName } from "../foldName.ts";

/** Whether a value is selected, as it stands in its line; a record without it has a blank one. */
export type CellTest = (bytes: Buffer, start: number, end: number) => boolean;

/** A text of criteria on one field. */
export interface FieldCriteria {
  readonly test: CellTest;
  /** All that it can select, in the bytes of the field's order; undefined where spans do not say it. */
  readonly spans: readonly Span[] | undefined;
  /** It selects other values at another moment. */
  readonly isRelative: boolean;
  /** The values with wildcards in other places than at their end: what looking at a long text costs. */
  readonly wildcards: WildcardCount;
}

interface WildcardCount {
  readonly values: number;
  readonly bytes: number;
}

/** What criteria name together: those without an exclamation mark, or those with one. */
interface Choice {
  readonly spans: readonly Span[];
  readonly hasBlank: boolean;
  readonly patterns: readonly Pattern[];
  readonly patternBytes: number;
}

/** Reads criteria by the field that they are on; throws `CriteriaError` where they are none, or do not fit its type. */
export function readFieldCriteria(meaning: Meaning, text: string): FieldCriteria {
  const criteria = parseCriteria(text);
  const wanted = choiceOf(meaning, criteria, false);
  const unwanted = choiceOf(meaning, criteria, true);
  const order = orderOf(meaning.field.type);
  const test = testOf(wanted && choiceTest(wanted, order), unwanted && choiceTest(unwanted, order));
  const patternsOf = (choice: Choice | undefined): number => choice?.patterns.length ?? 0;
  const isSpans = wanted !== undefined && !wanted.hasBlank && wanted.patterns.length === 0;
  return {
    test: meaning.field.type === "string" ? onFolded(test) : (bytes, start, end) => test(bytes, start, end, undefined),
    spans: isSpans ? wanted.spans : undefined,
    isRelative: criteria.some((criterion) => isRelative(meaning, criterion)),
    wildcards: {
      values: patternsOf(wanted) + patternsOf(unwanted),
      bytes: (wanted?.patternBytes ?? 0) + (unwanted?.patternBytes ?? 0),
    },
  };
}

/** A test on a value, and on its characters where they are written in another way. */
type Test = (bytes: Buffer, start: number, end: number, characters: Buffer | undefined) => boolean;

function testOf(wanted: Test | undefined, unwanted: Test | undefined): Test {
  if (!unwanted) return wanted ?? (() => true);
  return (bytes, start, end, characters) =>
    !unwanted(bytes, start, end, characters) && (!wanted || wanted(bytes, start, end, characters));
}

function choiceTest({ spans, hasBlank, patterns }: Choice, order: Order): Test {
  return (bytes, start, end, characters) => {
    if (start === end ? hasBlank : isInSpans(spans, order, bytes, start, end)) return true;
    for (const fits of patterns)
      if (characters ? fits(characters, 0, characters.length) : fits(bytes, start, end)) return true;
    return false;
  };
}

function onFolded(test: Test): CellTest {
  const fold = cellFolder();
  return (bytes, start, end) => {
    const folded = fold(bytes, start, end);
    return test(folded.bytes, 0, folded.end, folded.hasEscapes ? unescaped(folded) : undefined);
  };
}

/** Undefined where no criterion is of the kind. */
function choiceOf(meaning: Meaning, criteria: readonly Criterion[], isExcluding: boolean): Choice | undefined {
  const own = criteria.filter((criterion) => criterion.isExcluding === isExcluding);
  if (own.length === 0) return undefined;
  const [spans, patterns]: [Span[], Pattern[]] = [[], []];
  let hasBlank = false;
  let patternBytes = 0;
  for (const criterion of own) {
    const pieces = wildcardsOf(meaning, criterion);
    if (criterion.what.kind === "blank") hasBlank = true;
    else if (!pieces) {
      const span = spanOf(meaning, criterion);
      // The empty date of the original is written as a value, and stored as a blank.
      if (span.from?.length === 0 && span.to?.length === 0 && !span.isToOpen) hasBlank = true;
      else spans.push(span);
    } else if (isPrefix(pieces)) spans.push(spanOfPrefix(pieces[0]));
    else {
      patternBytes += bytesOf(criterion, pieces);
      patterns.push(patternOf(pieces, foldName));
    }
  }
  const union = unionOf(spans, orderIn(meaning));
  return { spans: meaning.field.type === "enum" ? symbolsIn(meaning, union) : union, hasBlank, patterns, patternBytes };
}

/** The parts of a value with wildcards; undefined for any other criterion. */
function wildcardsOf({ field }: Meaning, { what }: Criterion): readonly Piece[] | undefined {
  if (field.type !== "string" || what.kind !== "value") return undefined;
  return what.word.pieces.some((piece) => typeof piece !== "string") ? what.word.pieces : undefined;
}

function isPrefix(pieces: readonly Piece[]): pieces is readonly [string, Piece] {
  const [first, second] = pieces;
  return pieces.length === 2 && typeof first === "string" && typeof second === "object" && second.any === "text";
}

/** Texts that begin so are neighbours in the order of their bytes. */
function spanOfPrefix(prefix: string): Span {
  const from = Buffer.from(encodeText(foldName(prefix)));
  const to = Buffer.from(from);
  // No byte of UTF-8 is the greatest there is.
  to[to.length - 1]! += 1;
  return { from, to, isToOpen: true };
}

function bytesOf({ at }: Criterion, pieces: readonly Piece[]): number {
  const length = pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? Buffer.byteLength(piece) : 1), 0);
  if (length <= patternBytesMax) return length;
  throw new CriteriaError(at, `a value with wildcards has at most ${patternBytesMax} bytes.`);
}

/** An enum is stored by its symbol, and ordered by its number. */
function symbolsIn({ field }: Meaning, spans: readonly Span[]): readonly Span[] {
  const order = orderOf("int64");
  const chosen = (field.enumValues ?? []).filter(({ value }) => {
    const number = Buffer.from(String(value));
    return isInSpans(spans, order, number, 0, number.length);
  });
  const points = chosen
    .map(({ symbol }) => Buffer.from(encodeText(symbol)))
    .map((bytes) => ({ from: bytes, to: bytes }));
  return unionOf(points, orderOf("enum"));
}

function isRelative(meaning: Meaning, { what }: Criterion): boolean {
  if (what.kind === "method") return true;
  if (what.kind === "blank") return false;
  return what.kind === "range" ? isToday(meaning, what.from) || isToday(meaning, what.to) : isToday(meaning, what.word);
}
