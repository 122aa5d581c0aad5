import { foldName } from "../../domain/foldName.ts";
import type { NamedMessages } from "../../ports.ts";
import type { Row, Table } from "../ground/ground.ts";
import { type KeyRange, keysWith, pageOfRows } from "../rows/rowPages.ts";
import * as rows from "./messageRows.ts";

const pageRows = 1000;
const pagesMax = 10;

/** One that waits has its name in the row of its place alone, so that the line is looked through, as far as that goes. */
export async function listNamed(
  table: Table,
  activityId: string,
  beginning: string,
  limit: number,
): Promise<NamedMessages> {
  const folded = foldName(beginning);
  const isMeant = (name = "") => foldName(name).startsWith(folded);
  const [waiting, named] = await Promise.all([
    listSome(table, activityId, rows.waitingKeys, limit, (row) => {
      const { messageId, externalIdentifier } = rows.toWaitingFacts(row);
      return isMeant(externalIdentifier) ? [messageId] : [];
    }),
    listSome(table, activityId, keysWith(rows.namedKeys(beginning)), limit, (row) =>
      isMeant(rows.toName(row) ?? beginning) ? [rows.openIdOf(row)] : [],
    ),
  ]);
  // One that a worker takes in this moment may be in both.
  return { ids: [...new Set([...waiting.ids, ...named.ids])], isCut: waiting.isCut || named.isCut };
}

async function listSome(
  table: Table,
  activityId: string,
  range: KeyRange,
  limit: number,
  idsOf: (row: Row) => readonly string[],
): Promise<NamedMessages> {
  const ids: string[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax && ids.length < limit; page++) {
    const request = { limit: page === 0 ? limit : pageRows, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, range, request, idsOf);
    ids.push(...found.items.flat());
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  return { ids: ids.slice(0, limit), isCut: continuation !== undefined };
}
