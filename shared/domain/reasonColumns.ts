import { foldName } from "./foldName.ts";

/**
 * The columns that a file of failed records has before the file's own. They feed no field, so that the file may be
 * mended and pushed again as it is.
 */
export const reasonColumns = ["_LINE", "_FIELD", "_CODE", "_REASON"] as const;

/**
 * The column behind them: the text of a row that could not be taken apart, whose own cells are empty then. Who mends
 * such a row fills them in; until then it is rejected again.
 */
export const rawColumn = "_RAW";

/** In `_CODE`: a row whose key an earlier row of its file has. */
export const doubledCode = "DMF1959";

export function isReasonColumn(column: string): boolean {
  return [...reasonColumns, rawColumn].some((reason) => foldName(reason) === foldName(column.trim()));
}
