import { FormatError } from "./recordFormat.ts";

const [lessThan, lineFeed] = [0x3c, 0x0a];

/** Throws where a document in UTF-8 has a document type declaration, which stands in front of its first element. */
export function refuseDoctype(document: Buffer): void {
  let at = document.indexOf(lessThan);
  while (at >= 0) {
    const end = document.subarray(at, at + 4).toString("latin1");
    if (end.startsWith("<?")) at = after(document, "?>", at);
    else if (end === "<!--") at = after(document, "-->", at);
    else break;
  }
  if (at < 0 || !/^<!DOCTYPE/iu.test(document.subarray(at, at + 9).toString("latin1"))) return;
  const line = 1 + document.subarray(0, at).filter((byte) => byte === lineFeed).length;
  const text = `A document type declaration (DOCTYPE) is not allowed: remove it (line ${line}).`;
  throw new FormatError("DMF1830", text, line);
}

/** The next markup behind what ends so; -1 where there is none. */
function after(document: Buffer, ending: string, from: number): number {
  const found = document.indexOf(ending, from);
  return found < 0 ? -1 : document.indexOf(lessThan, found + ending.length);
}
