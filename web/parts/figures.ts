const counts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const sizes = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const units = ["bytes", "KB", "MB", "GB"] as const;

/** A count as people read it: "12,345". */
export function countText(count: number): string {
  return counts.format(count);
}

/** "1 row", "12,345 rows". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** So many bytes in the unit that suits them: "1.21 MB". */
export function sizeText(sizeBytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, sizeBytes)) / 3)));
  return `${sizes.format(sizeBytes / 1_000 ** power)} ${units[power] ?? ""}`;
}
