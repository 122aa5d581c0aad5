import type { Actor } from "../../domain/caller.ts";
import { type ChangedCells, cellChanger } from "../../domain/cellChanges.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, isFinalImport } from "../../domain/inboundMessage.ts";
import { lineBuffer } from "../../domain/lineBuffer.ts";
import { linesOf } from "../../domain/recordLines.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import type { StagedRow, StagingPlace } from "../../domain/stagedRow.ts";
import type { Ports } from "../../ports.ts";
import type { IfMatch } from "../definitions/saveDefinition.ts";
import { findOrder, orderGone } from "../orders/findOrder.ts";
import { newestForImport, prepareImport } from "../import/prepareImport.ts";
import { columnsOfRows, keyOfLine, toValues } from "../staging/stagedRows.ts";
import { batchOf } from "../staging/stagedSource.ts";
import { findStaging, getStagedRow, type ShownRow } from "../watch/stagedRows.ts";
import { findStagedExecution } from "./findStagedRows.ts";

export interface RowEdit {
  readonly executionId: string;
  readonly entity: string;
  readonly line: number;
  /** By column of the file, as the format writes them; all others stay. */
  readonly values: Readonly<Record<string, string>>;
  readonly ifMatch: IfMatch;
}

/**
 * Changes cells of a row in staging, and validates it by the newest definitions: what an execution that takes it would say.
 * An execution that was asked for before takes the row as it was, or not at all, and leaves it waiting for the next.
 */
export async function editStagedRow(ports: Ports, edit: RowEdit, by: Actor): Promise<ShownRow> {
  const { executionId, entity: entityName, line } = edit;
  const { place, entity } = await findStaging(ports, executionId, entityName);
  const { row } = await getStagedRow(ports, executionId, entityName, line);
  requireKnown(row, edit.ifMatch);
  const message = await findMessage(ports, place);
  const edited = { ...row, cells: withValues(place, row, edit.values), field: "", code: "", reason: "", raw: "" };
  const errors = await validate(ports, message, place, entity.entity, edited);
  const judged = { ...edited, ...noteOf(errors), notedBy: "", isNotedCopied: false };
  await write(ports, place, row, judged);
  await ports.audit.record({
    at: ports.clock.now(),
    ...by,
    action: "edit",
    kind: "message",
    target: message.id,
    activityId: message.activityId,
    detail: `${entity.entity}, line ${line} in staging`,
  });
  return getStagedRow(ports, executionId, entityName, line);
}

function requireKnown({ line, revision }: StagedRow, ifMatch: IfMatch): void {
  if (ifMatch === undefined) {
    throw new DomainError("preconditionRequired", `Send the ETag of the row of line ${line} as If-Match to change it.`);
  }
  if (ifMatch !== "any" && !ifMatch.includes(String(revision))) throw changedSince(line);
}

function changedSince(line: number): DomainError {
  return new DomainError("preconditionFailed", `The row of line ${line} was changed since it was read. Read it again.`);
}

/** The message of whose rows it is one, while no execution is at them, and no later one read the file anew. */
async function findMessage(ports: Ports, place: StagingPlace): Promise<InboundMessage> {
  const execution = await ports.executions.find(place.executionId);
  const stored = execution && (await ports.messages.findInbound(execution.activityId, execution.messageId));
  if (!stored) throw new DomainError("notFound", "The message of this run is gone.");
  const message = stored.value;
  if (!isFinalImport(message)) {
    throw new DomainError("conflict", `A run of message ${message.id} goes on. Change its rows when it has ended.`);
  }
  if ((await findStagedExecution(ports, message))?.id === place.executionId) return message;
  const text = `A later run of message ${message.id} read the file anew. Change the rows of that one.`;
  throw new DomainError("conflict", text);
}

function withValues(
  { columns }: StagingPlace,
  { cells: before }: StagedRow,
  values: RowEdit["values"],
): ChangedCells["cells"] {
  const { cells, wrong } = cellChanger(columns)(before, values, "values");
  const [first] = wrong;
  if (first) throw new DomainError("invalid", first.message, wrong);
  return cells;
}

async function validate(
  ports: Ports,
  message: InboundMessage,
  place: StagingPlace,
  entity: string,
  row: StagedRow,
): Promise<readonly RowError[]> {
  const given = await findOrder(ports, message);
  if (!given) throw orderGone(message);
  const extents = { [entity]: { upTo: row.revision, copiedUpTo: 0 } };
  const { rejectedRowsOf: _, ...rest } = message;
  const asked: InboundMessage = { ...rest, stagedRows: { executionId: place.executionId, extents, execute: false } };
  const definitions = await newestForImport(ports, given, asked);
  const lines = await prepareImport(ports, definitions, asked, ports.startPace());
  const line = lines.find((candidate) => isSameName(candidate.entity.name, entity));
  if (!line) throw new DomainError("conflict", `The project has no enabled line for "${entity}" any more.`);
  return line.map.mapRow(batchOf([row], place.columns.length), 0, lineBuffer()) ?? [];
}

function noteOf(errors: readonly RowError[]): Pick<StagedRow, "field" | "code" | "reason"> {
  return {
    field: errors.map(({ field }) => field).join("; "),
    code: errors.map(({ code }) => code).join("; "),
    reason: errors.map(textWithValue).join(" "),
  };
}

/** Judged anew for each race of the commit: the row that is replaced is the one that was judged. */
async function write(ports: Ports, place: StagingPlace, before: StagedRow, after: StagedRow): Promise<void> {
  const { line, revision } = before;
  const requireSame = async (): Promise<void> => {
    if ((await ports.stagedRows.find(place, keyOfLine(line), []))?.seq !== revision) throw changedSince(line);
  };
  await ports.stagedRows.upsert(place, {
    idempotencyKey: `edit/${ports.ids.random()}`,
    fence: 1,
    columns: columnsOfRows(place.columns.length),
    keyColumns: [],
    async *records() {
      await requireSame();
      yield linesOf([{ key: keyOfLine(line), number: line, values: toValues(after) }]);
    },
    truncateFirst: false,
    requireValid: requireSame,
  });
}
