import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { LineStaging, StagedExtent } from "../../domain/stagedRow.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import { type Held, keepWhile } from "../attempt/holdMessage.ts";
import { keepRows } from "../staging/keepRows.ts";
import { gatherNotes, type RowNotes } from "../staging/rowNotes.ts";
import { openStagedRows } from "../staging/stagedSource.ts";
import type { PreparedLine } from "./prepareImport.ts";

/** Where the rows of a line come from, and where it is noted what became of them. */
export interface LineSource {
  /** From the beginning; again for each call. */
  readonly open: () => Promise<RecordReader>;
  /** As `open`, for the reading that validates the rows. */
  readonly openToValidate: () => Promise<RecordReader>;
  /** Undefined where the line skips staging. */
  readonly notes: RowNotes | undefined;
}

/**
 * The line's file, or where staging is not skipped its staged rows: those of an earlier execution, or the file's own, which
 * are put there first.
 */
export async function lineSource(ports: Ports, held: Held<InboundMessage>, line: PreparedLine): Promise<LineSource> {
  const { staging } = line;
  if (!staging) return { open: line.open, openToValidate: line.open, notes: undefined };
  const { executionId, fence } = held.message();
  const { pace } = held;
  const { place } = staging;
  const keep = () => keepRows(ports, { place, open: line.open, fence, pace });
  const kept = staging.extent ? undefined : await keepWhile(ports, held, keep);
  const source = { place, extent: extentOf(staging, kept), executionId: executionId!, pace };
  const notes = gatherNotes(ports, { ...source, fence });
  const openToValidate = async (): Promise<RecordReader> => ({
    ...(await openStagedRows(ports, source, (row) => notes.clear(row))),
    ...(kept && { oddities: () => kept.oddities }),
  });
  return { open: () => openStagedRows(ports, source), openToValidate, notes };
}

function extentOf({ extent }: LineStaging, kept: { readonly extent: StagedExtent } | undefined): StagedExtent {
  const found = extent ?? kept?.extent;
  if (!found) throw new Error("A line has neither staged rows nor a file.");
  return found;
}
