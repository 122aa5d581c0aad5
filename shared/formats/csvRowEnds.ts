export const lineFeed = "\n";
export const carriageReturn = "\r";
/** Where a character that is not there is found: behind everything. */
export const nowhere = Number.POSITIVE_INFINITY;

/** The beginning of a file, as far as it has arrived. */
interface FileStart {
  readonly text: string;
  readonly isLast: boolean;
  readonly delimiter: string;
  readonly qualifier: string | null;
}

/**
 * How the first row ends says how the others may. By LF, with any number of CRs before it: then a lone CR is text.
 * By CR alone, as old Macs and label printers write it: then LF and CRLF end rows too. Undefined while the first line
 * break outside qualifiers, or what follows it, has not arrived.
 */
export function recogniseReturnEnds({ text, delimiter, qualifier, isLast }: FileStart): boolean | undefined {
  let isCellStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === lineFeed) return false;
    if (character === carriageReturn) return isReturnAlone(text, at, isLast);
    // A doubled qualifier closes here and opens again at once.
    if (character === qualifier && isCellStart) {
      at = text.indexOf(qualifier, at + 1);
      if (at < 0) return undefined;
    } else isCellStart = character === delimiter;
  }
  return undefined;
}

function isReturnAlone(text: string, at: number, isLast: boolean): boolean | undefined {
  const after = text[afterReturns(text, at)];
  return after === undefined && !isLast ? undefined : after !== lineFeed;
}

export function afterReturns(text: string, from: number): number {
  let at = from;
  while (text[at] === carriageReturn) at += 1;
  return at;
}

/** Whether a row ends in a CR of which the LF may still arrive. */
export function isHalfPair(scan: Pick<FileStart, "text" | "isLast">, rowEnd: number): boolean {
  return !scan.isLast && rowEnd === scan.text.length - 1 && scan.text[rowEnd] === carriageReturn;
}

export function afterLineBreak(text: string, at: number): number {
  const isPair = text[at] === carriageReturn && text[at + 1] === lineFeed;
  return at + (isPair ? 2 : 1);
}

/** CRs before the LF belong to the row's end: transfers in text mode add them. */
export function withoutReturns(text: string, from: number, rowEnd: number): number {
  let end = rowEnd;
  while (end > from && text[end - 1] === carriageReturn) end -= 1;
  return end;
}

export function indexFrom(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? nowhere : at;
}

export function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
