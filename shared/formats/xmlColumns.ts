import { foldName } from "../domain/foldName.ts";
import { decodeXmlName, localName, ownCopy } from "./xmlNames.ts";

/** The columns of an XML file: those that are expected, and while the file's beginning is looked at, those it has beside. */
export interface XmlColumns {
  readonly names: readonly string[];
  /**
   * Where the column of a name stands; undefined for one that comes later than the look-ahead. Names are asked for in the
   * order in which a record has them, of which this is the number: most records are alike.
   */
  placeOf(name: string, number: number): number | undefined;
  /** No column is added from here on. */
  close(): void;
}

/** So many spellings are remembered; a file with more of them is slower. */
const spellingsMax = 10_000;

export function xmlColumns(expected: readonly string[], columnsMax: number): XmlColumns {
  const names: string[] = [];
  const byFolded = new Map<string, number>();
  const bySpelling = new Map<string, number | undefined>();
  /** The names of the record before, and their places. */
  const before: { readonly name: string; readonly place: number | undefined }[] = [];
  let isOpen = true;
  const add = (name: string, folded: string): number => {
    byFolded.set(folded, names.length);
    names.push(name);
    return names.length - 1;
  };
  for (const name of expected) {
    const folded = foldName(name.trim());
    if (!byFolded.has(folded)) add(name, folded);
  }
  const find = (spelling: string): number | undefined => {
    const name = ownCopy(decodeXmlName(localName(spelling)));
    const folded = foldName(name.trim());
    const known = byFolded.get(folded);
    if (known !== undefined || !isOpen || names.length >= columnsMax) return known;
    return add(name, folded);
  };
  return {
    names,
    placeOf(spelling, number) {
      const likely = number <= columnsMax ? before[number] : undefined;
      // To compare texts is faster than to find them.
      if (likely !== undefined && likely.name === spelling) return likely.place;
      const name = ownCopy(spelling);
      const place = bySpelling.has(name) ? bySpelling.get(name) : find(name);
      if (bySpelling.size < spellingsMax) bySpelling.set(name, place);
      if (number <= columnsMax) before[number] = { name, place };
      return place;
    },
    close() {
      isOpen = false;
    },
  };
}
