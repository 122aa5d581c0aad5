import { carriageReturn, indexFrom, lineFeed } from "./csvRowEnds.ts";

/**
 * The next of each character that means something, at or after the place last asked for, so that no stretch of text is
 * searched twice for the same one.
 */
export interface LookAhead {
  readonly delimiter: string;
  readonly qualifier: string | null;
  text: string;
  delimiterAt: number;
  qualifierAt: number;
  lineFeedAt: number;
  returnAt: number;
}

export function nextDelimiter(scan: LookAhead, from: number): number {
  if (scan.delimiterAt < from) scan.delimiterAt = indexFrom(scan.text, scan.delimiter, from);
  return scan.delimiterAt;
}

export function nextNewline(scan: LookAhead, from: number): number {
  if (scan.lineFeedAt < from) scan.lineFeedAt = indexFrom(scan.text, lineFeed, from);
  if (scan.returnAt < from) scan.returnAt = indexFrom(scan.text, carriageReturn, from);
  return Math.min(scan.lineFeedAt, scan.returnAt);
}

export function nextQualifier(scan: LookAhead, from: number): number {
  if (scan.qualifierAt < from) scan.qualifierAt = indexFrom(scan.text, scan.qualifier ?? "", from);
  return scan.qualifierAt;
}
