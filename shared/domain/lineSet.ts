/** Lines of one file, at a bit for each line up to the last: the failed lines of a file may be nearly all of it. */
export interface LineSet {
  add(line: number): void;
  has(line: number): boolean;
}

const linesPerPage = 65_536;

export function createLineSet(): LineSet {
  const pages = new Map<number, Uint8Array>();
  const placeOf = (line: number) => ({ byte: (line % linesPerPage) >> 3, bit: 1 << (line % 8) });
  return {
    add(line) {
      const number = Math.floor(line / linesPerPage);
      const page = pages.get(number) ?? new Uint8Array(linesPerPage / 8);
      pages.set(number, page);
      const { byte, bit } = placeOf(line);
      page[byte] = (page[byte] ?? 0) | bit;
    },
    has(line) {
      const { byte, bit } = placeOf(line);
      return ((pages.get(Math.floor(line / linesPerPage))?.[byte] ?? 0) & bit) !== 0;
    },
  };
}
