import type { Ports } from "../ports.ts";
import type { Ground } from "../storage/ground/ground.ts";

/** What stands in the storage, by name. */
export interface Places {
  readonly tables: readonly string[];
  readonly containers: readonly string[];
  readonly queues: readonly string[];
}

/** The storage of a system as fsck looks at it, beside the service that may be at work there. */
export interface World {
  readonly ground: Ground;
  readonly ports: Ports;
  readonly places: Places;
  /** By the template, which makes all places; elsewhere each comes to be at its first use. */
  readonly isDeployed: boolean;
  /** Does not read what rows and blobs hold, beyond what it takes to compare them. */
  readonly isQuick: boolean;
  /** Told of each thing that was looked at. */
  readonly seen: () => void;
}
