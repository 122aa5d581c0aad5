import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { InboundMessage, StagedRowsWish } from "../../domain/inboundMessage.ts";
import type { StagedExtent } from "../../domain/stagedRow.ts";
import type { Ports } from "../../ports.ts";
import { copiedUpTo } from "../staging/stagedRows.ts";

/** The staged rows of the message as they stand, for an execution to take; `conflict` when it has none. */
export async function findStagedRows(ports: Ports, message: InboundMessage, execute: boolean): Promise<StagedRowsWish> {
  const execution = await findStagedExecution(ports, message);
  const extents: Record<string, StagedExtent> = {};
  for (const { entity, staging } of execution?.entities ?? []) {
    if (!staging) continue;
    const snapshot = await ports.stagedRows.openSnapshot(staging);
    if (snapshot.count > 0) extents[entity] = { upTo: snapshot.seq, copiedUpTo: await copiedUpTo(snapshot) };
  }
  if (execution && Object.keys(extents).length > 0) return { executionId: execution.id, extents, execute };
  const text = `Message ${message.id} has no rows in staging: its line skips it, or its file could not be read.`;
  throw new DomainError("conflict", text);
}

/** The one that read the file: the message's last, or the one whose staged rows that one took. */
export async function findStagedExecution(
  ports: Ports,
  { executionId, stagedRows }: InboundMessage,
): Promise<Execution | undefined> {
  const id = stagedRows?.executionId ?? executionId;
  return id === undefined ? undefined : ports.executions.find(id);
}
