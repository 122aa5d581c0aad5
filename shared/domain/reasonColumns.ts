import { foldName } from "./foldName.ts";

/**
 * The columns that a file of failed records has before the file's own. They feed no field, so that the file may be
 * mended and pushed again as it is.
 */
export const reasonColumns = ["_LINE", "_FIELD", "_CODE", "_REASON"] as const;

export function isReasonColumn(column: string): boolean {
  return reasonColumns.some((reason) => foldName(reason) === foldName(column.trim()));
}
