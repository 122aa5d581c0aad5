import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";

/**
 * Throws `conflict` unless the rows that the message's last execution rejected are all that it left out, and are
 * stored.
 */
export async function requireRejectedAlone(ports: Ports, { id, executionId }: InboundMessage): Promise<void> {
  const execution = executionId === undefined ? undefined : await ports.executions.find(executionId);
  const entities = execution?.entities ?? [];
  const left = entities.filter(({ status, unprocessed }) => status !== "finished" || unprocessed > 0);
  if (left.length > 0) {
    const names = left.map(({ entity }) => `"${entity}"`).join(", ");
    const message = `Message ${id} has records of ${names} that its last run did not process at all: retry all of it.`;
    throw new DomainError("conflict", message);
  }
  if (entities.some(({ failedFile }) => failedFile !== undefined)) return;
  throw new DomainError("conflict", `Message ${id} has no file of rejected rows: retry all of it.`);
}
