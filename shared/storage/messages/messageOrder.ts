import type { Row, RowChange } from "../ground/ground.ts";
import { requireId } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { orderKey } from "./messageRows.ts";

const timeCharacters = 13;
const counterDigits = 16;

/**
 * The next place of an ordered job, and the change that counts it. A place is the time part of the id, never going
 * back, then `8` and a counter. Unordered messages have their id as place, which goes on with `7` after the same time
 * part (RFC 9562). So a job may be switched to ordered or back while messages wait, and whatever was accepted
 * later stands behind.
 */
export function nextPlace(
  counter: Row | undefined,
  messageId: string,
): { readonly order: string; readonly change: RowChange } {
  const last = counter === undefined ? { time: "", count: 0 } : toCounter(counter);
  const idTime = requireId(messageId).slice(0, timeCharacters);
  const time = idTime > last.time ? idTime : last.time;
  const count = last.count + 1;
  const order = `${time}-8${count.toString().padStart(counterDigits, "0")}`;
  const values = { time, count };
  const change: RowChange =
    counter === undefined
      ? { kind: "insert", rowKey: orderKey, values }
      : { kind: "replace", rowKey: orderKey, values, etag: counter.etag };
  return { order, change };
}

function toCounter(row: Row): { readonly time: string; readonly count: number } {
  const { time, count } = row.values;
  if (typeof time !== "string" || typeof count !== "number") {
    throw new Error(`Row ${row.partitionKey} / ${row.rowKey} of table ${tableNames.messages} is no counter of places.`);
  }
  return { time, count };
}
