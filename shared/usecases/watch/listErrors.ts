import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { type ListPlace, pageFrom, readPlace } from "./errorPages.ts";
import { findRun, type FoundRun } from "./findRun.ts";
import { errorsOfRun, type ErrorReader, type RunError } from "./runErrors.ts";

/**
 * What went wrong in a run, by the id of its execution or message. A page costs what it holds, and never what the file had;
 * in an encoding other than UTF-8 also what was rejected before.
 */
export async function listErrors(
  ports: Ports,
  id: string,
  { limit, continuation }: PageRequest,
): Promise<Page<RunError>> {
  const run = await findRun(ports, id);
  if (!run) throw new DomainError("notFound", `There is no execution ${id}; it may be past its retention.`);
  return pageOfErrors(ports, run, "operator", readPlace(continuation), limit);
}

/** So many errors at most, and whether there are more behind them. */
export async function takeErrors(
  ports: Ports,
  run: FoundRun,
  reader: ErrorReader,
  limit: number,
): Promise<{ readonly items: readonly RunError[]; readonly isCut: boolean }> {
  const { items, continuation } = await pageOfErrors(ports, run, reader, { passed: 0 }, limit);
  return { items, isCut: continuation !== undefined };
}

function pageOfErrors(ports: Ports, run: FoundRun, reader: ErrorReader, place: ListPlace, limit: number) {
  const batches = errorsOfRun(ports, run, reader, place.behind);
  return pageFrom(batches, place, limit, ({ message, field }) => message.length + field.length);
}
