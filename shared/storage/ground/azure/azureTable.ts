import { randomUUID } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import { odata } from "@azure/data-tables";
import type { NewEtags, RowChange, RowPage, RowRange, Table } from "../ground.ts";
import { checkChanges, checkKeys, checkLimit, listRowsMax, writerName } from "../groundRules.ts";
import { unless } from "./failures.ts";
import type { Made } from "./makeMissing.ts";
import type { Entity, OwnEntity } from "./tableEntity.ts";
import { toCheckedEntity, toEntity, toRow } from "./tableEntity.ts";
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

const emptyPagesMax = 1000;

interface TableAccess {
  readonly client: TableClient;
  readonly send: Tries;
  readonly transact: SendTransaction;
}

/**
 * `Table` on Azure. Every write carries an id of its own: when a write fails although an earlier try of it took, whose
 * answer was lost, the row bears that id and the write is reported as done. A removal leaves nothing to tell by, so
 * one whose answer was lost reports false.
 */
export function azureTable(client: TableClient, transact: SendTransaction, tries: Tries, made: Made): Table {
  const access: TableAccess = { client, transact, send: (run) => made(client.tableName, async () => tries(run)) };
  const { send } = access;
  return {
    find: async (partitionKey, rowKey) => {
      checkKeys(partitionKey, rowKey);
      const entity = await findEntity(access, partitionKey, rowKey);
      return entity && toRow(entity);
    },
    insert: async (partitionKey, rowKey, values) => {
      const entity = toEntity(partitionKey, rowKey, values, randomUUID());
      return write(access, entity, (abortSignal) => client.createEntity(entity, { abortSignal }));
    },
    replace: async (partitionKey, rowKey, values, etag) => {
      const entity = toEntity(partitionKey, rowKey, values, randomUUID());
      return write(access, entity, (abortSignal) => client.updateEntity(entity, "Replace", { etag, abortSignal }));
    },
    remove: async (partitionKey, rowKey, etag = "*") => {
      checkKeys(partitionKey, rowKey);
      const answer = await unless(lostCodes, async () =>
        send((abortSignal) => client.deleteEntity(partitionKey, rowKey, { etag, abortSignal })),
      );
      return answer !== undefined;
    },
    transact: async (partitionKey, changes) => transactAll(access, partitionKey, changes),
    list: async (partitionKey, range) => {
      checkLimit(range.limit);
      return send((abortSignal) => listPage(client, partitionKey, range, abortSignal));
    },
    nextPartition: async (after) => nextPartition(access, after),
  };
}

async function findEntity(
  { client, send }: TableAccess,
  partitionKey: string,
  rowKey: string,
): Promise<Entity | undefined> {
  return unless(lostCodes, async () => send((abortSignal) => client.getEntity(partitionKey, rowKey, { abortSignal })));
}

/** The ETag of the row when it bears this write's id. */
async function findOwn(
  access: TableAccess,
  partitionKey: string,
  rowKey: string,
  writer: string,
): Promise<string | undefined> {
  const entity = await findEntity(access, partitionKey, rowKey);
  return entity?.[writerName] === writer ? entity.etag : undefined;
}

async function write(
  access: TableAccess,
  entity: OwnEntity,
  run: (abortSignal: AbortSignal) => Promise<{ etag?: string }>,
): Promise<string | undefined> {
  const answer = await unless(lostCodes, async () => access.send(run));
  if (!answer) return findOwn(access, entity.partitionKey, entity.rowKey, entity[writerName]);
  if (answer.etag === undefined) throw new Error(`Table ${access.client.tableName} answered a write without an ETag.`);
  return answer.etag;
}

async function transactAll(
  access: TableAccess,
  partitionKey: string,
  changes: readonly RowChange[],
): Promise<NewEtags | undefined> {
  checkChanges(partitionKey, changes);
  if (changes.length === 0) return [];
  const writer = randomUUID();
  const actions = toActions(partitionKey, changes, writer);
  const etags = await unless(lostCodes, async () =>
    access.send(async (abortSignal) => access.transact(actions, abortSignal)),
  );
  if (etags) return etags;
  const written = changes.find((change) => change.kind !== "remove");
  const own = written && (await findOwn(access, partitionKey, written.rowKey, writer));
  return own === undefined ? undefined : changes.map((change) => (change === written ? own : undefined));
}

function toActions(partitionKey: string, changes: readonly RowChange[], writer: string): readonly TransactionAction[] {
  return changes.map((change) => {
    if (change.kind === "remove")
      return { kind: "remove", partitionKey, rowKey: change.rowKey, etag: change.etag ?? "*" };
    const entity = toCheckedEntity(partitionKey, change.rowKey, change.values, writer);
    if (change.kind === "replace") return { kind: "replace", entity, etag: change.etag ?? "*" };
    return { kind: change.kind, entity };
  });
}

/** The service may answer pages without a row on the way to the next partition. */
async function nextPartition({ client, send }: TableAccess, after: string): Promise<string | undefined> {
  const queryOptions = { filter: odata`PartitionKey gt ${after}`, select: ["PartitionKey"] };
  let continuationToken: string | undefined;
  for (let reads = 0; reads < emptyPagesMax; reads++) {
    const page = await send(async (abortSignal) => {
      const pages = client.listEntities({ queryOptions, abortSignal });
      const next = await pages.byPage({ maxPageSize: 1, ...(continuationToken && { continuationToken }) }).next();
      return next.value as (Entity[] & { continuationToken?: string }) | undefined;
    });
    if (page?.[0]) return page[0].partitionKey;
    continuationToken = page?.continuationToken;
    if (continuationToken === undefined) return undefined;
  }
  throw new Error(`Table ${client.tableName} gave no row in ${emptyPagesMax} pages.`);
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
