import type { Ground } from "./ground/ground.ts";
import { containerNames, queueNames, tableNames } from "./ground/names.ts";

/** The three services of the data account, each asked for as little as can be. Nothing is ever stored under the name. */
export function storageNeeds(ground: Ground): Readonly<Record<"blob" | "queue" | "table", () => Promise<unknown>>> {
  return {
    blob: () => ground.blobs(containerNames.definitions).findFacts("ready"),
    queue: () => ground.queue(queueNames.work).count(),
    table: () => ground.table(tableNames.definitions).find("ready", "ready"),
  };
}
