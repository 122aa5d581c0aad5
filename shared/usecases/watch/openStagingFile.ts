import { rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { linesOf, type RecordLines } from "../../domain/recordLines.ts";
import { type StagedRow, type StagedState, stagedState } from "../../domain/stagedRow.ts";
import { delimitedFormats } from "../../domain/sourceFormats/delimited.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { Ports } from "../../ports.ts";
import { readRows } from "../staging/stagedRows.ts";
import { type FoundStaging, findStaging, stagingFacts } from "./stagedRows.ts";
import type { ResultFile } from "./openResultFile.ts";

/**
 * Staged rows as delimited text in UTF-8, as a file of failed records has them: in front of each what is wrong with it, so
 * that the file may be mended and pushed as it is.
 */
export async function openStagingFile(
  ports: Ports,
  executionId: string,
  entityName: string,
  state: StagedState | undefined,
): Promise<ResultFile> {
  const found = await findStaging(ports, executionId, entityName);
  const file = fileFormatOf(delimitedFormats[0]);
  const { columns } = found.place;
  const write = () => file.createWriter({ entity: undefined, expected: columns }, ports.startPace());
  const all = [...reasonColumns, rawColumn, ...columns];
  const fileName = `${found.entity.entity} staging.${file.extension}`;
  const madeOf = JSON.stringify(["staging", ...stagingFacts(found), state]);
  return { fileName, madeOf, read: () => write().write(all, toLines(found, state)) };
}

async function* toLines(
  { place, snapshot, copiedUpTo }: FoundStaging,
  state: StagedState | undefined,
): AsyncGenerator<RecordLines> {
  for await (const rows of readRows(snapshot, place.columns.length, undefined)) {
    const wanted = rows.filter((row) => state === undefined || stagedState(row, copiedUpTo) === state);
    if (wanted.length > 0) {
      yield linesOf(wanted.map((row) => ({ key: "", number: row.line, values: valuesOf(row) })));
    }
  }
}

function valuesOf({ line, field, code, reason, raw, cells }: StagedRow): readonly string[] {
  return [String(line), field, code, reason, raw, ...cells.map((cell) => cell ?? "")];
}
