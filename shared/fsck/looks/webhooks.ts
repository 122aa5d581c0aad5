import type { Row, RowChange, Table } from "../../storage/ground/ground.ts";
import { tableNames } from "../../storage/ground/names.ts";
import { deliveryKey, deliveryRows, dueKeyOf, toDelivery } from "../../storage/webhooks/deliveries.ts";
import { openedPartition } from "../../storage/webhooks/openedWebhooks.ts";
import type { Doubt } from "../finding.ts";
import { judgeEach, partitionsOf, rowsOf } from "../walk.ts";
import type { World } from "../world.ts";

const table = tableNames.webhooks;

/** A delivery that is due has the row that finds it, and every webhook the one by which the upkeep does. */
export async function* lookAtWebhooks(world: World): AsyncGenerator<Doubt> {
  const { ground, seen } = world;
  const rows = ground.table(table);
  for await (const webhookId of partitionsOf(rows)) {
    if (webhookId === openedPartition) continue;
    yield* lookAtOpened(world, rows, webhookId);
    yield* judgeEach(rowsOf(rows, webhookId), {
      placeOf: ({ rowKey }) => `${table}/${webhookId}/${rowKey}`,
      seen,
      judge: async (row) => {
        if (row.rowKey.startsWith("d_")) return judgeDelivery(rows, row);
        return row.rowKey.startsWith("q_") ? judgeDue(rows, row) : [];
      },
    });
  }
}

async function* lookAtOpened({ ports }: World, rows: Table, webhookId: string): AsyncGenerator<Doubt> {
  const isUnseen = async () =>
    (await rows.find(openedPartition, webhookId)) === undefined &&
    (await rows.list(webhookId, { limit: 1 })).rows.length > 0;
  if (!(await isUnseen())) return;
  yield {
    kind: "rowMissing",
    place: `${table}/${openedPartition}/${webhookId}`,
    what: "Nothing tells of this webhook, of which there are deliveries.",
    todo: "They are sent by nobody, and never cleared away.",
    isStill: isUnseen,
    // The upkeep finds it by this name to be no webhook's any more, and clears it away; one that is saved again has its own.
    mend: async () => {
      await ports.deliveries.open(webhookId, "");
      return true;
    },
  };
}

async function judgeDelivery(rows: Table, row: Row): Promise<readonly Doubt[]> {
  const { partitionKey, rowKey } = row;
  const lacks = async (of: Row | undefined) => {
    const key = of && dueKeyOf(toDelivery(of));
    return of && key !== undefined && !(await rows.find(partitionKey, key)) ? of : undefined;
  };
  if (!(await lacks(row))) return [];
  const again = async () => lacks(await rows.find(partitionKey, rowKey));
  return [
    {
      kind: "rowMissing",
      place: `${table}/${partitionKey}/${dueKeyOf(toDelivery(row))}`,
      what: "A delivery is due, and nobody finds it.",
      todo: "Send it again by the page.",
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const still = await again();
        if (!still) return false;
        const same: RowChange = { kind: "replace", rowKey, values: still.values, etag: still.etag };
        const due = deliveryRows(toDelivery(still)).filter((change) => change.rowKey !== rowKey);
        return (await rows.transact(partitionKey, [same, ...due])) !== undefined;
      },
    },
  ];
}

async function judgeDue(rows: Table, row: Row): Promise<readonly Doubt[]> {
  const { partitionKey, rowKey } = row;
  const isStale = async () => {
    const delivery = await rows.find(partitionKey, deliveryKey(rowKey.slice(rowKey.lastIndexOf("_") + 1)));
    return delivery === undefined || dueKeyOf(toDelivery(delivery)) !== rowKey;
  };
  if (!(await isStale())) return [];
  const again = async () => ((await isStale()) ? rows.find(partitionKey, rowKey) : undefined);
  return [
    {
      kind: "rowOfNothing",
      place: `${table}/${partitionKey}/${rowKey}`,
      what: "It says that a delivery is due which is not, or is not there.",
      todo: "Enough of them keep others from their turn.",
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const stale = await again();
        return stale !== undefined && rows.remove(partitionKey, rowKey, stale.etag);
      },
    },
  ];
}
