import { setTimeout } from "node:timers/promises";
import { DomainError } from "../../domain/errors.ts";
import type { Lease, Ports } from "../../ports.ts";

const leaseName = "definitions";
const leaseMs = 60_000;
const triesMax = 100;
const waitMs = 50;

/**
 * Runs one change of definitions at a time, because their rules reach from one to another: nobody deletes a project
 * while a job begins to refer to it. `tooManyRequests` when the others do not end within some seconds.
 */
export async function changeDefinitions<T>(ports: Ports, change: () => Promise<T>): Promise<T> {
  const lease = await acquire(ports);
  try {
    return await change();
  } finally {
    await ports.leases.release(lease);
  }
}

async function acquire(ports: Ports): Promise<Lease> {
  const owner = ports.ids.random();
  for (let tries = 0; tries < triesMax; tries++) {
    const lease = await ports.leases.acquire(leaseName, owner, ports.clock.now(), leaseMs);
    if (lease) return lease;
    await setTimeout(waitMs);
  }
  throw new DomainError("tooManyRequests", "Other definitions are being saved. Repeat the request in some seconds.");
}
