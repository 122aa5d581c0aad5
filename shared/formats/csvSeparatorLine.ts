/** The delimiter that a row names as Excel does, "sep=;"; undefined for any other row. */
export function separatorOf(cells: readonly string[], delimiter: string): string | undefined {
  return /^sep=(.)\1*$/iu.exec(cells.join(delimiter))?.[1];
}
