import { inParallel } from "../../ports/inParallel.ts";
import type { Ports } from "../../ports.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** What those jobs are called; one that is gone has no name. */
export async function jobNames(
  ports: Pick<Ports, "definitions">,
  activityIds: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const find = async (id: string) => [id, (await ports.definitions.find("job", id))?.value.name] as const;
  return new Map(await inParallel([...new Set(activityIds)], readsAtOnceMax, find));
}
