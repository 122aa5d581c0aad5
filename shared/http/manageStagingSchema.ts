import { z } from "zod";
import type { StagedState } from "../domain/stagedRow.ts";
import { DomainError } from "../domain/errors.ts";
import type { ShownRow } from "../usecases/watch/stagedRows.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { invalidQuery } from "./manageRequest.ts";
import { readQuery } from "./request.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

export const stagedStates: readonly [StagedState, ...StagedState[]] = ["staged", "copied", "error"];
const cellCharactersMax = 1_000_000;

export const stagedRowAnswer = asAnswer(
  "StagedRow",
  z.strictObject({
    line: z.int().meta({ description: "Where the row begins in its file." }),
    state: z.enum(stagedStates),
    field: z.string().meta({ description: "What is wrong with it: field, code and reason; empty without an error." }),
    code: z.string(),
    reason: z.string(),
    raw: z.string().exactOptional().meta({ description: "Its text, where it could not be taken apart." }),
    values: z.record(z.string(), z.string()).meta({ description: "By column of the file, as the file writes them." }),
  }),
);
export const stagedRowsAnswer = listOf("StagedRowPage", stagedRowAnswer);

export const stagedRowRequest = asRequest(
  "StagedRowRequest",
  z.strictObject({
    values: z
      .record(z.string(), z.string().max(cellCharactersMax))
      .meta({ description: "By column of the file, as the file writes them; columns that are left out stay." }),
  }),
);

export function toStagedRowView({ row, state, columns }: ShownRow): z.output<typeof stagedRowAnswer> {
  const { line, field, code, reason, raw, cells } = row;
  const values = columns.flatMap((column, index) => {
    const cell = cells[index];
    return cell === undefined ? [] : [[column, cell] as const];
  });
  return { line, state, field, code, reason, ...(raw !== "" && { raw }), values: Object.fromEntries(values) };
}

export function readStagedState({ url }: { readonly url: string }): StagedState | undefined {
  const text = readQuery(url).get("state");
  if (text === undefined) return undefined;
  const state = stagedStates.find((known) => known === text.toLowerCase());
  if (state) return state;
  throw invalidQuery("state", `One of ${stagedStates.join(", ")}.`);
}

/** The line in the address; `notFound` for what is none. */
export function readLine({ params }: { readonly params: Readonly<Record<string, string>> }): number {
  const line = Number(params["line"]);
  if (Number.isSafeInteger(line) && line > 0) return line;
  throw new DomainError("notFound", "A row in staging is named by its line, such as 17.");
}
