/** The form in which names are compared: equal for names that differ in case alone. The rule for every name and column. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/** The same for the names of files, which some systems also write in another normal form than they read. */
export function foldFileName(name: string): string {
  return foldName(name.normalize("NFC"));
}
