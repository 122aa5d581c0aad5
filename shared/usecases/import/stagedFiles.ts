import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { StagedRowsWish } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { type ExecutionDefinitions, formatOf } from "../definitions/executionDefinitions.ts";
import { openStagedRows } from "../staging/stagedSource.ts";
import type { OpenedFile } from "./rejectedRows.ts";
import type { SourceFile } from "./sourceFiles.ts";

/**
 * In place of the files of a message, the rows that an earlier execution left of them in staging. Nothing is truncated for
 * them: some of its rows may be in the entity.
 */
export async function stagedFiles(
  ports: Ports,
  definitions: ExecutionDefinitions,
  of: {
    readonly files: readonly SourceFile[];
    readonly wish: StagedRowsWish;
    /** Of the execution that takes the rows. */
    readonly executionId: string;
    readonly pace: Pace;
  },
): Promise<readonly OpenedFile[]> {
  const { wish, executionId, pace } = of;
  const execution = await ports.executions.find(wish.executionId);
  const found = of.files.flatMap((file): readonly OpenedFile[] => {
    const entity = execution?.entities.find((candidate) => isSameName(candidate.entity, file.line.entity));
    const extent = entity && wish.extents[entity.entity];
    if (!entity?.staging || !extent) return [];
    const place = entity.staging;
    const source = { place, extent, executionId, pace };
    const format = formatOf(definitions, entity.format);
    const line = { ...file.line, truncateFirst: false };
    return [{ ...file, line, format, open: () => openStagedRows(ports, source), staging: { place, extent } }];
  });
  if (found.length > 0) return found;
  throw new DomainError("notFound", "The staged rows of the message are stored no more. Retry all of the message.");
}
