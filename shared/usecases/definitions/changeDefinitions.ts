import { setTimeout } from "node:timers/promises";
import { DomainError } from "../../domain/errors.ts";
import type { Lease, Ports } from "../../ports.ts";
import { TurnLost } from "../../ports/definitions.ts";
import { whileBeating } from "../../ports/whileBeating.ts";

const leaseName = "definitions";
const leaseMs = 60_000;
const triesMax = 100;
const waitMs = 50;

/** The one change of definitions that goes on now. */
export interface Turn {
  /** Definitions are written in its name, and in that of no other: `TurnLost` when another change began meanwhile. */
  readonly owner: string;
  /** Before a write that is no definition: throws `TurnLost` when another change began meanwhile. */
  hold(): Promise<void>;
}

/**
 * Runs one change of definitions at a time, because their rules reach from one to another: nobody deletes a project
 * while a job begins to refer to it. It keeps its turn for as long as it takes; one that stood still for a minute, and
 * was overtaken, writes nothing more and is a `conflict`. `tooManyRequests` when the others do not end within some
 * seconds.
 */
export async function changeDefinitions<T>(ports: Ports, change: (turn: Turn) => Promise<T>): Promise<T> {
  return inTurn(ports, await acquire(ports, ports.ids.random()), change);
}

/** As `changeDefinitions`, where no other change goes on at this moment; undefined where one does. */
export async function changeIfFree<T>(
  ports: Ports,
  change: (turn: Turn) => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  const lease = await ports.leases.acquire(leaseName, ports.ids.random(), ports.clock.now(), leaseMs);
  return lease && { answer: await inTurn(ports, lease, change) };
}

async function inTurn<T>(ports: Ports, lease: Lease, change: (turn: Turn) => Promise<T>): Promise<T> {
  const { owner } = lease;
  const kept = keepLease(ports, lease);
  const notKept = (): void => ports.log.warn("definitions.notKept", { owner });
  try {
    await ports.definitions.takeTurn(owner);
    return await whileBeating(leaseMs / 3, kept.hold, notKept, () => change({ owner, hold: kept.hold }));
  } catch (error) {
    if (!(error instanceof TurnLost)) throw error;
    const text =
      "Another change of definitions began while this one stood still. What it had saved by then stays; read it, and repeat the request.";
    throw new DomainError("conflict", text);
  } finally {
    await ports.leases.release(kept.lease());
  }
}

function keepLease(ports: Ports, acquired: Lease) {
  let lease = acquired;
  let last: Promise<unknown> = Promise.resolve();
  const renew = async (): Promise<void> => {
    const renewed = await ports.leases.renew(lease, ports.clock.now(), leaseMs);
    if (!renewed) throw new TurnLost("Another change of definitions began meanwhile.");
    lease = renewed;
  };
  return {
    lease: () => lease,
    // One after another: each renewal goes by the ETag of the one before.
    hold: (): Promise<void> => {
      const mine = last.then(renew, renew);
      last = mine;
      return mine;
    },
  };
}

async function acquire(ports: Ports, owner: string): Promise<Lease> {
  for (let tries = 0; tries < triesMax; tries++) {
    const lease = await ports.leases.acquire(leaseName, owner, ports.clock.now(), leaseMs);
    if (lease) return lease;
    await setTimeout(waitMs);
  }
  throw new DomainError("tooManyRequests", "Other definitions are being saved. Repeat the request in some seconds.");
}
