import type { RecordError } from "./execution.ts";
import { textWithValue } from "./shownValue.ts";

/** One of the things that are wrong with a rejected row. */
export interface RowReason {
  /** Empty where it is about the row as a whole. */
  readonly field: string;
  readonly code: string;
  /** Undefined where the row has several, and only what they say together is known. */
  readonly reason: string | undefined;
}

/** A row in the file of failed records: the fields, codes and reasons of all that is wrong with it. */
interface ReasonedRow {
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
}

const placePattern = /^(record \d+ \(line \d+(?:, column \d+)?\)): /;

/** What is wrong with a row of the file of failed records, taken apart, and the place that its reason begins with, apart. */
export function reasonsOf(
  { line, field, code, reason }: ReasonedRow,
  firstErrors: readonly RecordError[],
): { readonly place: string | undefined; readonly text: string; readonly errors: readonly RowReason[] } {
  const place = placePattern.exec(reason)?.[1];
  const text = place === undefined ? reason : reason.slice(place.length + 2);
  const known = firstErrors.filter((error) => error.line === line);
  const [fields, codes] = [field.split("; "), code.split("; ")];
  const errors = codes.map((each, index) => {
    const own = known.length === codes.length ? known[index] : undefined;
    const alone = codes.length === 1 ? text : undefined;
    return { field: fields[index] ?? "", code: each, reason: own ? textWithValue(own) : alone };
  });
  return { place, text, errors };
}
