import { afterAll, beforeAll, beforeEach } from "vitest";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import type { Blobs, Ground, Queue, Table } from "../../shared/storage/ground/ground.ts";
import { startAzurite, toConnectionString } from "../support/azurite.ts";
import type { FaultProxy, ProxyFault } from "../support/faultProxy.ts";
import { startFaultProxy } from "../support/faultProxy.ts";
import { freshName } from "./groundHarness.ts";

export const tryTimeoutMs = 400;

export interface BehindProxies {
  readonly connectionString: string;
  readonly blobProxy: FaultProxy;
  readonly queueProxy: FaultProxy;
  readonly tableProxy: FaultProxy;
  readonly ground: Ground;
  /** Beside the proxies: another instance. */
  readonly other: Ground;
}

export interface FreshThings {
  readonly table: Table;
  readonly blobs: Blobs;
  readonly queue: Queue;
  readonly tableName: string;
  readonly containerName: string;
}

/** The Azure ground behind a proxy for each service of an Azurite, for the tests of one file. */
export function groundBehindProxies(): BehindProxies {
  const opened: Partial<BehindProxies> = {};
  let stop = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const azurite = await startAzurite();
    const [blobProxy, queueProxy, tableProxy] = await Promise.all([
      startFaultProxy(azurite.blobPort),
      startFaultProxy(azurite.queuePort),
      startFaultProxy(azurite.tablePort),
    ]);
    const connectionString = toConnectionString(blobProxy.port, queueProxy.port, tableProxy.port);
    Object.assign(opened, {
      connectionString: azurite.connectionString,
      blobProxy,
      queueProxy,
      tableProxy,
      ground: azureGround({ connectionString }, { retryDelayMs: 5, triesMax: 3, tryTimeoutMs }),
      other: azureGround({ connectionString: azurite.connectionString }),
    });
    stop = async () => {
      await Promise.all([blobProxy, queueProxy, tableProxy].map(async (proxy) => proxy.stop()));
      await azurite.stop();
    };
  });
  afterAll(async () => stop());
  beforeEach(() => {
    for (const proxy of [opened.blobProxy, opened.queueProxy, opened.tableProxy]) proxy?.plan(() => undefined);
  });
  return opened as BehindProxies;
}

/** A table, a container and a queue of their own, which are there already, so that a test counts its own requests. */
export async function openFresh({ ground }: BehindProxies): Promise<FreshThings> {
  const [tableName, containerName] = [freshName(), freshName()];
  const table = ground.table(tableName);
  const blobs = ground.blobs(containerName);
  const queue = ground.queue(freshName());
  await Promise.all([table.find("p", "r"), blobs.find("b"), queue.receive(1, 1000)]);
  return { table, blobs, queue, tableName, containerName };
}

/** The fault happens to the first request that matches, by method and URL. */
export function onceTo(proxy: FaultProxy, fault: ProxyFault, matches = /./): void {
  let done = false;
  proxy.plan(({ method, url }) => {
    if (done || !matches.test(`${method} ${url}`)) return undefined;
    done = true;
    return fault;
  });
}
