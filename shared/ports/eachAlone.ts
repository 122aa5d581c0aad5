import type { Ports } from "../ports.ts";
import type { UpkeepItem } from "./events.ts";

const atOnceMax = 8;

/**
 * Does a piece of upkeep for every item, several at a time. One that fails is logged as `upkeep.failed`, under the facts
 * that name it, and stops no other; whoever repeats the part takes it up again.
 */
export async function eachAlone<T>(
  { log }: Pick<Ports, "log">,
  part: string,
  items: readonly T[],
  factsOf: (item: T) => UpkeepItem,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const runner = async (): Promise<void> => {
    // All runners draw from one iterator, so that each item is done once.
    for (const item of rest) {
      try {
        await work(item);
      } catch (error) {
        log.error("upkeep.failed", { part, ...factsOf(item) }, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, runner));
}
