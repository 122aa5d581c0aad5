import type { Blobs, Ground, Table } from "../ground.ts";
import { listRowsMax } from "../groundRules.ts";
import { memoryBlobs } from "./memoryBlobs.ts";
import { type MemoryQueue, memoryQueue } from "./memoryQueue.ts";
import { memoryTable } from "./memoryTable.ts";
import { type MemoryValet, memoryValet } from "./memoryValet.ts";

export interface MemoryGroundOptions {
  /** The clock of visibility and creation times, in epoch milliseconds; `Date.now` by default. */
  readonly now?: () => number;
  /** Cuts table pages shorter than their limit, as Azure may at any time. 1,000 by default. */
  readonly pageRowsMax?: number;
}

export interface MemoryGround extends Ground {
  queue(name: string): MemoryQueue;
  valet(container: string): MemoryValet;
}

/**
 * The ground in code, for tests and trials: the same answers as Azure Storage and, where Azure leaves a choice, the
 * harsher one. Nothing that goes in or comes out is shared with the caller.
 */
export function memoryGround(options: MemoryGroundOptions = {}): MemoryGround {
  const now = options.now ?? Date.now;
  const pageRowsMax = options.pageRowsMax ?? listRowsMax;
  let writes = 0;
  const nextEtag = (): string => `"${(writes += 1)}"`;
  const blobs = onePerName<Blobs>(() => memoryBlobs(nextEtag, now));
  return {
    table: onePerName<Table>(() => memoryTable(nextEtag, pageRowsMax)),
    blobs,
    valet: onePerName<MemoryValet>((container) => memoryValet(container, blobs, now)),
    queue: onePerName<MemoryQueue>(() => memoryQueue(now)),
  };
}

function onePerName<Thing>(make: (name: string) => Thing): (name: string) => Thing {
  const made = new Map<string, Thing>();
  return (name) => {
    const thing = made.get(name) ?? make(name);
    made.set(name, thing);
    return thing;
  };
}
