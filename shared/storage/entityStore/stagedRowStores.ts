import type { EntityRef, EntityStore } from "../../ports/entityStore.ts";
import type { RowsOf, StagedRows } from "../../ports/stagedRows.ts";
import { blobsBelow } from "../ground/blobsBelow.ts";
import type { Blobs } from "../ground/ground.ts";
import { blobEntityStore, type BlobEntityStoreOptions } from "./blobEntityStore.ts";

/** Staged rows in the form of records: those of an execution lie in its own folder of the staging container. */
export function stagedRowStores(blobs: Blobs, options: BlobEntityStoreOptions = {}): StagedRows {
  const storeOf = ({ executionId }: RowsOf): EntityStore => blobEntityStore(blobsBelow(blobs, executionId), options);
  return {
    upsert: (rows, commit) => storeOf(rows).upsert(refOf(rows), commit),
    openSnapshot: (rows) => storeOf(rows).openSnapshot(refOf(rows)),
    find: (rows, key, columns) => storeOf(rows).find(refOf(rows), key, columns),
  };
}

function refOf({ index }: RowsOf): EntityRef {
  return { entityId: `line-${index}`, company: undefined };
}
