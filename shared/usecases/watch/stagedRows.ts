import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { EntityExecution } from "../../domain/execution.ts";
import { type StagedRow, type StagedState, stagedState, type StagingPlace } from "../../domain/stagedRow.ts";
import type { Ports } from "../../ports.ts";
import type { EntitySnapshot } from "../../ports/entityStore.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { columnsOfRows, copiedUpTo, keyOfLine, readRows, toStagedRow } from "../staging/stagedRows.ts";

/** A row with the columns of its file. */
export interface ShownRow {
  readonly row: StagedRow;
  readonly state: StagedState;
  readonly columns: readonly string[];
}

export interface FoundStaging {
  readonly entity: EntityExecution;
  readonly place: StagingPlace;
  readonly snapshot: EntitySnapshot;
  readonly copiedUpTo: number;
}

/** A list that is filtered looks at so many rows, and goes on from there. */
const lookedAtMax = 20_000;

/** The staging of one entity of a run, at one moment; `notFound` where there is none. */
export async function findStaging(ports: Ports, executionId: string, entityName: string): Promise<FoundStaging> {
  const execution = await ports.executions.find(executionId);
  const entity = execution?.entities.find((candidate) => isSameName(candidate.entity, entityName));
  if (!entity) throw new DomainError("notFound", "There is no such execution, or it has no such entity.");
  const place = entity.staging;
  if (!place)
    throw new DomainError("notFound", "The run skipped staging: its line of the project says so (skipStaging).");
  const snapshot = await ports.stagedRows.openSnapshot(place);
  return { entity, place, snapshot, copiedUpTo: await copiedUpTo(snapshot) };
}

/** What a file of these rows depends on: every change of them is a commit. */
export function stagingFacts({ place, snapshot, copiedUpTo: upTo }: FoundStaging): readonly unknown[] {
  return [place, snapshot.seq, upTo];
}

/** Staged rows in the order of their lines; a page of a filtered list may hold fewer and go on. */
export async function listStagedRows(
  ports: Ports,
  executionId: string,
  entityName: string,
  state: StagedState | undefined,
  { limit, continuation }: PageRequest,
): Promise<Page<ShownRow>> {
  const { place, snapshot, copiedUpTo: upTo } = await findStaging(ports, executionId, entityName);
  const items: ShownRow[] = [];
  let lookedAt = 0;
  for await (const rows of readRows(snapshot, place.columns.length, lineOf(continuation))) {
    for (const row of rows) {
      if (items.length === limit || lookedAt === lookedAtMax) return { items, continuation: String(row.line - 1) };
      lookedAt += 1;
      const shown = { row, state: stagedState(row, upTo), columns: place.columns };
      if (state === undefined || shown.state === state) items.push(shown);
    }
  }
  return { items };
}

function lineOf(continuation: string | undefined): number | undefined {
  if (continuation === undefined) return undefined;
  const line = Number(continuation);
  if (Number.isSafeInteger(line) && line >= 0) return line;
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", message, [{ path: "continuation", message }]);
}

/** One staged row; `notFound` for a line that is none. */
export async function getStagedRow(
  ports: Ports,
  executionId: string,
  entityName: string,
  line: number,
): Promise<ShownRow> {
  const { place, copiedUpTo: upTo } = await findStaging(ports, executionId, entityName);
  const columns = columnsOfRows(place.columns.length);
  const found = await ports.stagedRows.find(place, keyOfLine(line), columns);
  if (!found) throw new DomainError("notFound", `Staging has no row of line ${line}.`);
  const row = toStagedRow(found);
  return { row, state: stagedState(row, upTo), columns: place.columns };
}
