import type { Ground, Table } from "../ground.ts";
import { signerOf } from "./addresses.ts";
import { azureBlobs } from "./azureBlobs.ts";
import { azureQueue } from "./azureQueue.ts";
import { azureTable } from "./azureTable.ts";
import { azureValet } from "./azureValet.ts";
import type { StorageAccount } from "./credentials.ts";
import { openClients } from "./credentials.ts";
import { makeMissing } from "./makeMissing.ts";
import { sendTransaction } from "./tableTransaction.ts";
import type { TryOptions } from "./tries.ts";
import { defaultTryOptions, withTries } from "./tries.ts";

/** The ground on one Azure Storage account, or on Azurite. `options` changes how long and how often a request is tried. */
export function azureGround(account: StorageAccount, options: Partial<TryOptions> = {}): Ground {
  const tryOptions = { ...defaultTryOptions, ...options };
  const { blobService, queueService, tableClient, tableHttpClient } = openClients(account);
  const tries = withTries(tryOptions);
  const madeTable = makeMissing("TableNotFound", async (name) => tries(() => tableClient(name).createTable()));
  const madeContainer = makeMissing("ContainerNotFound", async (name) =>
    tries(() => blobService.getContainerClient(name).createIfNotExists()),
  );
  const madeQueue = makeMissing("QueueNotFound", async (name) =>
    tries(() => queueService.getQueueClient(name).createIfNotExists()),
  );
  // A table's client builds a pipeline of its own, so it is kept; containers and queues share their service's.
  const tables = new Map<string, Table>();
  const openTable = (name: string): Table => {
    const client = tableClient(name);
    return azureTable(client, sendTransaction(client, tableHttpClient), tries, madeTable);
  };
  const valetTools = { sign: signerOf(blobService, tries), tries, made: madeContainer };
  return {
    table: (name) => {
      const table = tables.get(name) ?? openTable(name);
      tables.set(name, table);
      return table;
    },
    blobs: (name) => azureBlobs(blobService.getContainerClient(name), tries, madeContainer, tryOptions.tryTimeoutMs),
    valet: (name) => azureValet(blobService, name, valetTools),
    queue: (name) => azureQueue(queueService.getQueueClient(name), tries, madeQueue),
  };
}
