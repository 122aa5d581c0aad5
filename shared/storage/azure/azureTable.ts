import { randomUUID } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import { odata } from "@azure/data-tables";
import type { RowChange, RowPage, RowRange, Table } from "../ground.ts";
import { checkChanges, checkKeys, checkLimit, listRowsMax, writerName } from "../groundRules.ts";
import { unless } from "./failures.ts";
import type { Made } from "./makeMissing.ts";
import type { Entity, OwnEntity } from "./tableEntity.ts";
import { toEntity, toRow } from "./tableEntity.ts";
import type { SendTransaction, TransactionAction } from "./tableTransaction.ts";
import type { Tries } from "./tries.ts";

/** What the service answers to a write that somebody else was faster than, or whose row is gone. */
const lostCodes = [
  "EntityAlreadyExists",
  "UpdateConditionNotSatisfied",
  "ConditionNotMet",
  "ResourceNotFound",
  "EntityNotFound",
];

/**
 * `Table` on Azure. Every write carries an id of its own: when a write fails although an earlier try of it took, whose
 * answer was lost, the row bears that id and the write is reported as done. A removal leaves nothing to tell by, so
 * one whose answer was lost reports false.
 */
export function azureTable(client: TableClient, transact: SendTransaction, tries: Tries, made: Made): Table {
  const send = <Answer>(run: (abortSignal: AbortSignal) => Promise<Answer>): Promise<Answer> =>
    made(client.tableName, async () => tries(run));

  const findEntity = async (partitionKey: string, rowKey: string): Promise<Entity | undefined> =>
    unless(lostCodes, async () => send((abortSignal) => client.getEntity(partitionKey, rowKey, { abortSignal })));

  /** The ETag of the row when it bears this write's id. */
  const findOwn = async (partitionKey: string, rowKey: string, writer: string): Promise<string | undefined> => {
    const entity = await findEntity(partitionKey, rowKey);
    return entity?.[writerName] === writer ? entity.etag : undefined;
  };

  const write = async (entity: OwnEntity, run: () => Promise<{ etag?: string }>): Promise<string | undefined> => {
    const { partitionKey, rowKey } = entity;
    const answer = await unless(lostCodes, run);
    if (!answer) return findOwn(partitionKey, rowKey, entity[writerName]);
    if (answer.etag === undefined) throw new Error(`Table ${client.tableName} answered a write without an ETag.`);
    return answer.etag;
  };

  return {
    find: async (partitionKey, rowKey) => {
      checkKeys(partitionKey, rowKey);
      const entity = await findEntity(partitionKey, rowKey);
      return entity && toRow(entity);
    },
    insert: async (partitionKey, rowKey, values) => {
      const entity = toEntity(partitionKey, rowKey, values, randomUUID());
      return write(entity, async () => send((abortSignal) => client.createEntity(entity, { abortSignal })));
    },
    replace: async (partitionKey, rowKey, values, etag) => {
      const entity = toEntity(partitionKey, rowKey, values, randomUUID());
      return write(entity, async () =>
        send((abortSignal) => client.updateEntity(entity, "Replace", { etag, abortSignal })),
      );
    },
    remove: async (partitionKey, rowKey, etag = "*") => {
      checkKeys(partitionKey, rowKey);
      const answer = await unless(lostCodes, async () =>
        send((abortSignal) => client.deleteEntity(partitionKey, rowKey, { etag, abortSignal })),
      );
      return answer !== undefined;
    },
    transact: async (partitionKey, changes) => {
      checkChanges(partitionKey, changes);
      if (changes.length === 0) return true;
      const writer = randomUUID();
      const sent = await unless(lostCodes, async () => {
        await send((abortSignal) => transact(toActions(partitionKey, changes, writer), abortSignal));
        return true;
      });
      const written = changes.find((change) => change.kind !== "remove");
      return sent ?? (written !== undefined && (await findOwn(partitionKey, written.rowKey, writer)) !== undefined);
    },
    list: async (partitionKey, range) => {
      checkLimit(range.limit);
      return send((abortSignal) => listPage(client, partitionKey, range, abortSignal));
    },
  };
}

function toActions(partitionKey: string, changes: readonly RowChange[], writer: string): readonly TransactionAction[] {
  return changes.map((change) => {
    if (change.kind === "remove")
      return { kind: "remove", partitionKey, rowKey: change.rowKey, etag: change.etag ?? "*" };
    const entity = toEntity(partitionKey, change.rowKey, change.values, writer);
    if (change.kind === "replace") return { kind: "replace", entity, etag: change.etag ?? "*" };
    return { kind: change.kind, entity };
  });
}

async function listPage(
  client: TableClient,
  partitionKey: string,
  range: RowRange,
  abortSignal: AbortSignal,
): Promise<RowPage> {
  const bounds = [
    odata`PartitionKey eq ${partitionKey}`,
    ...(range.from === undefined ? [] : [odata`RowKey ge ${range.from}`]),
    ...(range.below === undefined ? [] : [odata`RowKey lt ${range.below}`]),
  ];
  const pages = client
    .listEntities<Record<string, unknown>>({ queryOptions: { filter: bounds.join(" and ") }, abortSignal })
    .byPage({
      maxPageSize: Math.min(range.limit, listRowsMax),
      ...(range.continuation === undefined ? {} : { continuationToken: range.continuation }),
    });
  const page = (await pages.next()).value as (Entity[] & { continuationToken?: string }) | undefined;
  const rows = (page ?? []).map(toRow);
  return page?.continuationToken === undefined ? { rows } : { rows, continuation: page.continuationToken };
}
