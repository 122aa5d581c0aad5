import { containerNames, queueNames, tableNames } from "../../storage/ground/names.ts";
import type { Doubt } from "../finding.ts";
import type { World } from "../world.ts";

const named = { tables: tableNames, containers: containerNames, queues: queueNames };

/** Every table, container and queue of a deployed service is there; the service makes one that lacks, if it may. */
export async function* lookAtPlaces({ places, ground, seen, isDeployed }: World): AsyncGenerator<Doubt> {
  const makers = {
    tables: (name: string) => ground.table(name).list("0", { limit: 1 }),
    containers: (name: string) => ground.blobs(name).list("", { limit: 1 }),
    queues: (name: string) => ground.queue(name).make(),
  };
  for (const kind of ["tables", "containers", "queues"] as const) {
    for (const name of Object.values(named[kind])) {
      seen();
      if (!isDeployed || places[kind].includes(name)) continue;
      yield {
        kind: "missingPlace",
        place: name,
        what: `There is none of this name among the ${kind}.`,
        todo: "The service makes it at its first use. Where it may not, deploy the template again.",
        isStill: async () => true,
        // Nothing is made that is there by now.
        mend: async () => {
          await makers[kind](name);
          return true;
        },
      };
    }
  }
}
