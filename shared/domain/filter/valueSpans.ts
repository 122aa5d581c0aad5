import type { EntityField } from "../dataEntity.ts";
import { isDate } from "../calendar.ts";
import { encodeText } from "../recordText.ts";
import { shownValue } from "../shownValue.ts";
import { typeConverterFor } from "../values.ts";
import { CriteriaError, type Criterion, type Method, type Word } from "./criteria.ts";
import { orderOf } from "./orders.ts";
import { boundsOf, type Days, daysOf, type FilterMoment, sideOfNow, toDatetime } from "./relativeDates.ts";
import { isEmpty, type Span } from "./spans.ts";
import { foldedBytes, foldedText } from "./textCells.ts";

/** What criteria on a field mean: its type, and the moment that dates may be relative to. */
export interface Meaning {
  readonly field: EntityField;
  readonly moment: FilterMoment;
}

/** The values that one criterion without wildcards means, a blank one apart; an enum's by their numbers. */
export function spanOf(meaning: Meaning, { at, what }: Criterion): Span {
  if (what.kind === "method") return spanOfMethod(meaning, what.method);
  if (what.kind === "value") return spanOfValue(meaning, what.word);
  if (what.kind === "blank") throw new CriteriaError(at, "a blank value has no place in a range.");
  if (what.kind === "range") {
    const from = what.from ? startOf(spanOfBound(meaning, what.from)) : {};
    const span = { ...from, ...(what.to ? endOf(spanOfBound(meaning, what.to)) : {}) };
    // One that a relative date ends may be empty today, and not tomorrow.
    if (isToday(meaning, what.from) || isToday(meaning, what.to) || !isEmpty(span, orderIn(meaning))) return span;
    throw new CriteriaError(at, "the range ends before it begins.");
  }
  const { from, to, isToOpen } = spanOfBound(meaning, what.word);
  // Behind a value that is a whole day is what begins when the day is over.
  if (what.kind === "greater") return to ? { from: to, isFromOpen: !isToOpen } : nothing;
  return from ? { to: from, isToOpen: true } : nothing;
}

const nothing: Span = { from: Buffer.alloc(0), to: Buffer.alloc(0), isToOpen: true };

/** The order in which the bounds of a field's spans are; an enum's are numbers. */
export function orderIn({ field }: Meaning) {
  return orderOf(field.type === "enum" ? "int64" : field.type);
}

function startOf({ from, isFromOpen }: Span): Span {
  return { ...(from && { from }), ...(isFromOpen && { isFromOpen }) };
}

function endOf({ to, isToOpen }: Span): Span {
  return { ...(to && { to }), ...(isToOpen && { isToOpen }) };
}

function spanOfBound(meaning: Meaning, word: Word): Span {
  if (foldedText(literalOf(meaning, word)) === "")
    throw new CriteriaError(word.at, "a blank value has no place in a range.");
  const span = spanOfValue(meaning, word);
  if (span.from?.length !== 0) return span;
  // The empty date of the original has its place among the others, where a range begins or ends with it.
  return pointOf(meaning.field.type === "date" ? "1900-01-01" : "1900-01-01T00:00:00Z");
}

/** One value, or the whole day that it names. */
function spanOfValue(meaning: Meaning, word: Word): Span {
  const { field, moment } = meaning;
  const text = literalOf(meaning, word);
  if (field.type === "string") return pointOfBytes(foldedBytes(text));
  if (isToday(meaning, word)) {
    return spanOfDays(meaning, { from: moment.today, to: moment.today, isUtc: false });
  }
  if (field.type === "datetime" && isDate(text)) return spanOfDays(meaning, { from: text, to: text, isUtc: true });
  const converted = typeConverterFor(field)(text);
  if ("problem" in converted) {
    const expected = converted.problem.replace(/, but holds .*$/s, "");
    throw new CriteriaError(word.at, `field ${field.name} ${expected}, not ${shownValue(text)}.`);
  }
  if (field.type !== "enum") return pointOf(converted.value);
  const value = field.enumValues?.find(({ symbol }) => symbol === converted.value)?.value ?? 0;
  return pointOf(String(value));
}

/** Whether it is the sign of dates for today. */
export function isToday({ field }: Meaning, word: Word | undefined): boolean {
  if (!word || word.isQuoted || (field.type !== "date" && field.type !== "datetime")) return false;
  const [piece, ...others] = word.pieces;
  return others.length === 0 && typeof piece === "string" && /^t$/i.test(piece);
}

/** The value as it was written; throws where it has wildcards. */
function literalOf({ field }: Meaning, { at, pieces }: Word): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const sign = piece.any === "text" ? "*" : "?";
      const why = field.type === "string" ? "no wildcard stands in a range" : "wildcards are for strings alone";
      throw new CriteriaError(at, `${why}: put a value that holds ${sign} in quotes.`);
    })
    .join("");
}

function spanOfMethod(meaning: Meaning, method: Method): Span {
  const { field, moment } = meaning;
  const side = sideOfNow(method);
  if (side !== undefined) {
    if (field.type !== "datetime") throw misplaced(method, meaning, "datetime");
    const now = Buffer.from(toDatetime(moment.at));
    return side === "greater" ? { from: now, isFromOpen: true } : { to: now, isToOpen: true };
  }
  const days = daysOf(method, moment);
  if (field.type !== "date" && field.type !== "datetime") throw misplaced(method, meaning, "date or datetime");
  return spanOfDays(meaning, days);
}

function misplaced({ at, name }: Method, { field }: Meaning, types: string): CriteriaError {
  return new CriteriaError(at, `${name} is for a ${types} field, and ${field.name} is ${field.type}.`);
}

function spanOfDays({ field, moment }: Meaning, days: Days): Span {
  if (field.type === "date") {
    return { ...(days.from && { from: Buffer.from(days.from) }), ...(days.to && { to: Buffer.from(days.to) }) };
  }
  const { from, below } = boundsOf(days, moment);
  return { ...(from && { from: Buffer.from(from) }), ...(below && { to: Buffer.from(below), isToOpen: true }) };
}

function pointOf(canonical: string): Span {
  return pointOfBytes(Buffer.from(encodeText(canonical)));
}

function pointOfBytes(bytes: Buffer): Span {
  return { from: bytes, to: bytes };
}
