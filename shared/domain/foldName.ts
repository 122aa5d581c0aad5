/**
 * The form in which names are compared: equal for names that differ in case or in the composition of their letters
 * alone, which one system reads in another form than the other writes. The rule for every name, column and file.
 */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Items to be found by the folded form of their names, however many there are; of several with one name the first. */
export function byFoldedName<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.toReversed().map((item) => [foldName(nameOf(item)), item]));
}

/** Without the blanks at its end, which fill the columns of fixed width that a value may come from and count for nothing. */
export function withoutPadding(value: string): string {
  let end = value.length;
  while (value[end - 1] === " ") end -= 1;
  return end === value.length ? value : value.slice(0, end);
}
