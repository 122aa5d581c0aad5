import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { findRun, type FoundRun } from "./findRun.ts";
import { placeIn } from "./placeIn.ts";
import { errorsOfRun, type ErrorReader, type RunError } from "./runErrors.ts";

/** A page ends before its texts are so long in all; one error may be longer. */
const pageCharactersMax = 4 * 1024 * 1024;

/**
 * What went wrong in a run, by the id of its execution or message. A page reads the rejected rows from their beginning, so
 * that it costs what was rejected, and never what the file had.
 */
export async function listErrors(
  ports: Ports,
  id: string,
  { limit, continuation }: PageRequest,
): Promise<Page<RunError>> {
  const run = await findRun(ports, id);
  if (!run) throw new DomainError("notFound", `There is no execution ${id}; it may be past its retention.`);
  const from = placeIn(continuation);
  const { items, isCut } = await takeErrors(ports, run, "operator", { from, limit });
  return isCut ? { items, continuation: String(from + items.length) } : { items };
}

/** So many errors at most, and whether there are more behind them. */
export async function takeErrors(
  ports: Ports,
  run: FoundRun,
  reader: ErrorReader,
  { from = 0, limit }: { readonly from?: number; readonly limit: number },
): Promise<{ readonly items: readonly RunError[]; readonly isCut: boolean }> {
  const items: RunError[] = [];
  let [place, characters] = [0, 0];
  for await (const errors of errorsOfRun(ports, run, reader)) {
    for (const error of errors.slice(Math.max(0, from - place))) {
      const length = error.message.length + error.field.length;
      const isFull = items.length === limit || (items.length > 0 && characters + length > pageCharactersMax);
      if (isFull) return { items, isCut: true };
      characters += length;
      items.push(error);
    }
    place += errors.length;
  }
  return { items, isCut: false };
}
