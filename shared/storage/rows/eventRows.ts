import type { ServiceEvent } from "../../domain/serviceEvent.ts";
import type { StoredEvent } from "../../ports/webhooks.ts";
import type { Row, RowChange } from "../ground/ground.ts";
import { timeKey } from "./keys.ts";
import { keysWith } from "./rowPages.ts";
import { fromColumns, toColumns } from "./storedJson.ts";

/** Beside what they tell of, in the partition of its job: `v_{time}_{key}`. */
export const eventKeys = keysWith("v_");

/** What puts events down in the transaction that makes them true. */
export function eventChanges(events: readonly ServiceEvent[] = []): readonly RowChange[] {
  return events.map((event) => {
    return { kind: "upsert", rowKey: `v_${timeKey(event.at)}_${event.key}`, values: toColumns(event) };
  });
}

export function toStoredEvent(table: string, row: Row): StoredEvent {
  const event = fromColumns<ServiceEvent>(table, row, ["type", "at", "key", "data"]);
  return { event, place: `${table}/${row.rowKey}` };
}
