import type { Delivery, DeliveryState } from "../../domain/delivery.ts";
import { isGuid } from "../../domain/guid.ts";
import type { Clock } from "../../ports.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Deliveries, DueDeliveries } from "../../ports/webhooks.ts";
import type { Ground, Row, RowChange, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { behind, newestFirstIdKey, requireId, timeKey } from "../rows/keys.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows, keysWith, pageOfRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { deliveryPointers } from "./deliveryPointers.ts";
import { openedWebhooks } from "./openedWebhooks.ts";

export const deliveryKeys = keysWith("d_");
const dueKeys = keysWith("q_");
const readsAtOnceMax = 8;

/**
 * One partition per webhook: `d_{id, newest first}` is a delivery, `q_{time}_{id}` says when a pending one is due, in step
 * with it by transactions, and `l_{activity id}` that the load of a job is over the bounds.
 */
export function deliveriesStore(ground: Ground, clock: Clock): Deliveries {
  const table = ground.table(tableNames.webhooks);
  return {
    ...openedWebhooks(table, clock),
    ...deliveryPointers(table),
    async add(webhookId, delivery) {
      await table.transact(requireId(webhookId), additionOf(delivery));
    },
    async addOver(webhookId, activityId, delivery) {
      const over: RowChange = { kind: "insert", rowKey: overKey(activityId), values: { since: delivery.createdAt } };
      return (await table.transact(requireId(webhookId), [over, ...additionOf(delivery)])) !== undefined;
    },
    async noteUnder(webhookId, activityId) {
      await table.remove(requireId(webhookId), overKey(activityId));
    },
    listDue: (webhookId, now, limit) => listDue(table, requireId(webhookId), now, limit),
    find: (webhookId, id) => findDelivery(table, webhookId, id),
    async replace(webhookId, { value, etag }, next) {
      const change: RowChange = { kind: "replace", rowKey: deliveryKey(next.id), values: toColumns(next), etag };
      return (await table.transact(webhookId, [change, ...dueChanges(value, next)])) !== undefined;
    },
    async list(webhookId, page, state?: DeliveryState) {
      const found = await pageOfRows(table, webhookId, deliveryKeys, page, toDelivery);
      return { ...found, items: found.items.filter((delivery) => state === undefined || delivery.state === state) };
    },
    async removeBefore(webhookId, before, limit) {
      const rows = await firstRows(table, webhookId, { ...deliveryKeys, from: behind(oldestKeySince(before)) }, limit);
      const ended = rows.filter((row) => toDelivery(row).state !== "pending");
      const removals = ended.map(({ rowKey, etag }) => [{ kind: "remove", rowKey, etag } as const]);
      return removeRowGroups(table, webhookId, removals);
    },
  };
}

async function listDue(table: Table, webhookId: string, now: number, limit: number): Promise<DueDeliveries> {
  const rows = await firstRows(table, webhookId, dueKeys, limit + 1);
  const due = rows.slice(0, limit).filter(({ rowKey }) => dueAtOf(rowKey) <= now);
  const found = await inParallel(due, readsAtOnceMax, ({ rowKey }) => findDelivery(table, webhookId, idOf(rowKey)));
  const next = rows[due.length];
  return {
    due: found.filter((delivery) => delivery !== undefined),
    ...(next && { nextAt: dueAtOf(next.rowKey) }),
  };
}

async function findDelivery(table: Table, webhookId: string, id: string): Promise<Stored<Delivery> | undefined> {
  const row = isGuid(id) ? await table.find(requireId(webhookId), deliveryKey(id)) : undefined;
  return row && { value: toDelivery(row), etag: row.etag };
}

function additionOf(delivery: Delivery): readonly RowChange[] {
  const insertion: RowChange = { kind: "insert", rowKey: deliveryKey(delivery.id), values: toColumns(delivery) };
  return [insertion, ...dueChanges(undefined, delivery)];
}

/** The rows of a delivery, written over what stands there. */
export function deliveryRows(delivery: Delivery): readonly RowChange[] {
  const row: RowChange = { kind: "upsert", rowKey: deliveryKey(delivery.id), values: toColumns(delivery) };
  return [row, ...dueChanges(undefined, delivery)];
}

function overKey(activityId: string): string {
  return `l_${requireId(activityId)}`;
}

function dueChanges(previous: Delivery | undefined, next: Delivery): readonly RowChange[] {
  const [before, after] = [previous, next].map((delivery) => delivery && dueKeyOf(delivery));
  if (before === after) return [];
  return [
    ...(before === undefined ? [] : [{ kind: "remove", rowKey: before } as const]),
    ...(after === undefined ? [] : [{ kind: "upsert", rowKey: after, values: { isDue: true } } as const]),
  ];
}

/** The key of the row that finds it when it is due. */
export function dueKeyOf({ id, dueAt }: Delivery): string | undefined {
  return dueAt === undefined ? undefined : `q_${timeKey(dueAt)}_${requireId(id)}`;
}

function dueAtOf(rowKey: string): number {
  return Number(rowKey.split("_")[1]);
}

function idOf(rowKey: string): string {
  return rowKey.slice(rowKey.lastIndexOf("_") + 1);
}

export function deliveryKey(id: string): string {
  return `d_${newestFirstIdKey(id)}`;
}

/** Behind it are the deliveries whose ids are older. */
function oldestKeySince(at: number): string {
  const digits = at.toString(16).padStart(12, "0");
  return deliveryKey(`${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`);
}

export function toDelivery(row: Row): Delivery {
  const members = ["id", "event", "state", "createdAt", "since", "tries", "triesInAll", "lastTries"] as const;
  return fromColumns<Delivery>(tableNames.webhooks, row, members);
}
