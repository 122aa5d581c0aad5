import { foldName } from "../../domain/foldName.ts";
import type { NamedMessages } from "../../ports.ts";
import type { Table } from "../ground/ground.ts";
import { firstRows, keysWith, pageOfRows } from "../rows/rowPages.ts";
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
  const [named, waiting] = await Promise.all([
    firstRows(table, activityId, keysWith(rows.namedKeys(beginning)), limit),
    listWaitingNamed(table, activityId, beginning, limit),
  ]);
  // One that a worker takes in this moment may be in both.
  return { ...waiting, ids: [...new Set([...waiting.ids, ...named.map(rows.openIdOf)])] };
}

async function listWaitingNamed(
  table: Table,
  activityId: string,
  beginning: string,
  limit: number,
): Promise<NamedMessages> {
  const folded = foldName(beginning);
  const isNamed = ({ externalIdentifier }: rows.WaitingFacts) =>
    externalIdentifier !== undefined && foldName(externalIdentifier).startsWith(folded);
  const ids: string[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax && ids.length < limit; page++) {
    const request = { limit: pageRows, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, rows.waitingKeys, request, rows.toWaitingFacts);
    ids.push(...found.items.filter(isNamed).map(({ messageId }) => messageId));
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  return { ids: ids.slice(0, limit), isCut: continuation !== undefined };
}
