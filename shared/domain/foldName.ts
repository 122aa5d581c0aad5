/** The form in which names are compared: equal for names that differ in case alone. The rule for every name and column. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/** Items to be found by the folded form of their names, however many there are; of several with one name the first. */
export function byFoldedName<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.toReversed().map((item) => [foldName(nameOf(item)), item]));
}

/** The same for the names of files, which some systems also write in another normal form than they read. */
export function foldFileName(name: string): string {
  return foldName(name.normalize("NFC"));
}
