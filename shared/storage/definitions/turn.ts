import { type DefinitionKind, TurnLost } from "../../ports/definitions.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { RowChange, Table } from "../ground/ground.ts";

/** Each kind is a partition, and a transaction reaches no further than one. */
export const definitionKinds: readonly DefinitionKind[] = [
  "entity",
  "format",
  "stylesheet",
  "project",
  "job",
  "numberSequence",
  "webhook",
];
/** Behind all keys of definitions, which are hexadecimal. */
const turnKey = "turn";

/** Writes down in every partition whose turn it is: what anybody else is about to write there comes too late. */
export async function takeTurn(table: Table, owner: string): Promise<void> {
  const row: RowChange = { kind: "upsert", rowKey: turnKey, values: { owner } };
  await Promise.all(definitionKinds.map((kind) => table.transact(kind, [row])));
}

/**
 * Writes a change, and what goes beside it, in the owner's turn, or throws `TurnLost`. Answers the new ETag where it is
 * known; undefined when the row of the change stood in the way, or was gone.
 */
export async function writeInTurn(
  table: Table,
  kind: DefinitionKind,
  [change, ...beside]: readonly [RowChange, ...RowChange[]],
  owner: string,
): Promise<{ readonly etag: string | undefined } | undefined> {
  return untilWon("The turn of definitions", async () => {
    const turn = await table.find(kind, turnKey);
    if (turn?.values["owner"] !== owner) throw new TurnLost("Another change of definitions began meanwhile.");
    const same: RowChange = { kind: "replace", rowKey: turnKey, values: { owner }, etag: turn.etag };
    const etags = await table.transact(kind, [change, ...beside, same]);
    if (etags) return { etag: etags[0] };
    return (await table.find(kind, turnKey))?.etag === turn.etag ? undefined : lost;
  });
}
