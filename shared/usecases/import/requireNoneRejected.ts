import { entityId as idOfEntity } from "../../domain/entityId.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import type { StagedRecords } from "../../ports/staging.ts";
import type { Held } from "../attempt/holdMessage.ts";
import { addDoubledRecords } from "./doubledRecords.ts";
import type { FailedRecords } from "./failedRecords.ts";
import type { LineSource } from "./lineSource.ts";
import type { PreparedLine } from "./prepareImport.ts";
import { commitKey } from "./settleExecution.ts";

/**
 * One that is rejected leaves the others out as well; all of them are told, so that the file is mended once. Where an
 * attempt before has stored the others, what is rejected by now keeps nothing out any more.
 */
export async function requireNoneRejected(
  ports: Ports,
  held: Held<InboundMessage>,
  found: { readonly line: PreparedLine; readonly source: LineSource; readonly staged: StagedRecords },
  failed: FailedRecords,
): Promise<void> {
  const { line, source } = found;
  await addDoubledRecords(ports, held.message().executionId!, found, failed, held.pace);
  const count = failed.count();
  if (count === 0 || (await isStored(ports, held.message(), line))) return;
  await source.notes?.write(false);
  const what = count === 1 ? "1 record is rejected" : `${count} records are rejected`;
  const text = `${line.fileName}: ${what}, so none was imported, and no entity behind it (failOnError).`;
  throw new DomainError("invalid", `${text} Mend the file and import it again.`);
}

/** Attempts before were settled when this one began, and store nothing any more. */
async function isStored(ports: Ports, message: InboundMessage, { entity, company }: PreparedLine): Promise<boolean> {
  const entityId = idOfEntity(entity);
  return (await ports.entities.findCommit({ entityId, company }, commitKey(message, entityId))) !== undefined;
}
