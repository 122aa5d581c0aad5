import { z } from "zod";
import { type Mending, countLines } from "../domain/mendedRows.ts";
import type { ListedRejected, RejectedPage } from "../usecases/watch/listRejectedRows.ts";
import type { MendInState } from "../usecases/watch/livingMends.ts";
import { manageUrl, ofJob, toTime } from "./manageDefinitionWire.ts";
import { guidMember, idMember, linksMember, ofJobMember, personMember, timeMember } from "./manageMembers.ts";
import { messageState } from "./messageStates.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const count = z.int().min(0);
const line = z.int().min(1);

const rowsMax = 1000;
const cellCharactersMax = 1_000_000;
const changedRow = asRequest(
  "ChangedRow",
  z.strictObject({
    line: line.meta({ description: "As the list of rejected rows names it." }),
    values: z
      .record(z.string(), z.string().max(cellCharactersMax))
      .meta({ description: "By column of the file, as the file writes them; columns that are left out stay." }),
  }),
);

export const mendRequest = asRequest(
  "MendRequest",
  z.strictObject({
    executionId: guidMember.meta({ description: "The run whose rejected rows were looked at: the last." }),
    entity: z.string().min(1),
    rows: z.array(changedRow).min(1).max(rowsMax).meta({
      description: "Rejected rows with what was changed in them. All others stay rejected, and may be mended later.",
    }),
    leaveOut: z
      .array(line)
      .max(rowsMax)
      .default([])
      .meta({ description: "Lines of rejected rows that nobody wants any more: no retry takes them either." }),
    force: z
      .boolean()
      .default(false)
      .meta({ description: "Also where a later message may be in the same records, whose values are written over." }),
  }),
);

export const mendAnswer = asAnswer(
  "MendingMessage",
  z.strictObject({
    id: idMember.meta({ description: "The message that brings the changed rows." }),
    activityId: ofJobMember,
    mends: idMember,
  }),
);

/** Of a message that mends another one. */
const mendsAnswer = asAnswer(
  "Mends",
  z.strictObject({
    messageId: idMember,
    executionId: idMember.meta({ description: "The one that rejected the rows." }),
    entity: z.string(),
    rows: count,
  }),
);

const mendedByAnswer = asAnswer(
  "MendedBy",
  z.strictObject({
    messageId: idMember.meta({ description: "The message that brings the changed rows." }),
    state: messageState.exactOptional().meta({
      description:
        "How that message stands; absent past its retention. Discarded: its rows may be mended again while the run that rejected them is the last one; after a later run of rejected rows, a retry of the whole file brings them.",
    }),
    executionId: idMember.meta({ description: "The run that had rejected the rows." }),
    entity: z.string(),
    rows: count,
    leftOut: count.meta({ description: "Rows that were given up with it." }),
    at: timeMember,
    applicationId: idMember,
    person: personMember.exactOptional(),
    links: linksMember,
  }),
);

/** Of a message that was mended. */
export const mendedByMember = z
  .array(mendedByAnswer)
  .exactOptional()
  .meta({ description: "Who changed rows that it had rejected, oldest first." });

/** Which rows a message brings, where it is not the file that somebody pushed. */
export const rowsMembers = {
  rejectedRowsOf: idMember
    .exactOptional()
    .meta({ description: "The execution whose rejected rows this run imports, and nothing else." }),
  stagedRowsOf: idMember
    .exactOptional()
    .meta({ description: "The execution whose staged rows this run takes, and nothing else." }),
  mends: mendsAnswer.exactOptional().meta({ description: "It brings rejected rows of another message, changed." }),
};

export function toMendReply(id: string, mends: string, activityId: string) {
  const jsonBody: z.output<typeof mendAnswer> = { id, ...ofJob(activityId), mends };
  return { status: 202, jsonBody };
}

export function toMends({ messageId, executionId, entity, rows }: Mending): z.output<typeof mendsAnswer> {
  return { messageId, executionId, entity, rows };
}

export function toMendedBy({ rows, state }: MendInState, baseUrl: string): z.output<typeof mendedByAnswer> {
  const { messageId, executionId, entity, lines, leftOut, at, applicationId, person } = rows;
  return {
    messageId,
    ...(state && { state }),
    executionId,
    entity,
    rows: countLines(lines),
    leftOut: countLines(leftOut),
    at: toTime(at),
    applicationId,
    ...(person && { person }),
    links: { self: manageUrl(baseUrl, "messages", messageId) },
  };
}

const rowReason = asAnswer(
  "RejectedRowError",
  z.strictObject({
    field: z.string().meta({ description: "The field of the entity; empty where it is about the row as a whole." }),
    column: z.string().exactOptional().meta({ description: "The column of the file that feeds the field." }),
    code: z.string(),
    reason: z.string().exactOptional().meta({ description: "Absent where only the reason of the whole row is known." }),
  }),
);

const rejectedRow = asAnswer(
  "RejectedRow",
  z.strictObject({
    line: line.meta({ description: "Where the row begins in the file that came; its number, where there is a place." }),
    place: z.string().exactOptional().meta({ description: "Where rows may share a line: record, line and column." }),
    errors: z.array(rowReason),
    reason: z.string().meta({ description: "All that is wrong with the row, in one text." }),
    raw: z.string().exactOptional().meta({ description: "Its text, where it could not be taken apart." }),
    values: z.record(z.string(), z.string()).meta({ description: "By column of the file, as the file writes them." }),
    mendedBy: idMember.exactOptional().meta({ description: "The message that brings the row, changed." }),
    leftOutBy: idMember.exactOptional().meta({ description: "The message with which somebody gave the row up." }),
  }),
);

export const rejectedRowsAnswer = asAnswer(
  "RejectedRowPage",
  z.strictObject({
    messageId: idMember,
    columns: z.array(z.string()).meta({ description: "In the order of the file." }),
    whyNot: z.string().exactOptional().meta({ description: "Why no row can be mended here; absent when they can." }),
    items: z.array(rejectedRow),
    continuation: z
      .string()
      .exactOptional()
      .meta({ description: "Send it back for the next page; absent on the last." }),
  }),
);

export function toRejectedReply({ items, continuation, whyNot, messageId, columns }: RejectedPage) {
  const jsonBody: z.output<typeof rejectedRowsAnswer> = {
    messageId,
    columns: [...columns],
    ...(whyNot !== undefined && { whyNot }),
    items: items.map((row) => toRejectedView(row, columns)),
    ...(continuation !== undefined && { continuation }),
  };
  return { jsonBody };
}

function toRejectedView(row: ListedRejected, columns: readonly string[]): z.output<typeof rejectedRow> {
  const { line: at, place, errors, reason, raw, cells, mend } = row;
  const values = columns.flatMap((column, index) => {
    const cell = cells[index];
    return cell === undefined ? [] : [[column, cell] as const];
  });
  return {
    line: at,
    ...(place !== undefined && { place }),
    errors: errors.map(({ field, column, code, reason: own }) => ({
      field,
      code,
      ...(column !== undefined && { column }),
      ...(own !== undefined && { reason: own }),
    })),
    reason,
    ...(raw !== "" && { raw }),
    values: raw === "" ? Object.fromEntries(values) : {},
    ...(mend && (mend.isLeftOut ? { leftOutBy: mend.messageId } : { mendedBy: mend.messageId })),
  };
}
