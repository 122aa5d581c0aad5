import type { DataEntity } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { FieldMap } from "../../domain/fieldMap.ts";
import { type Inference, guessEntity, toAotName } from "../../domain/inference.ts";
import type { Ports } from "../../ports.ts";
import { loadFormat } from "../definitions/loadDefinitions.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { openRecords } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";

const rowsMax = 10_000;

export interface ProposedEntity extends Inference {
  /** False when the file has more rows than were looked at. */
  readonly isWhole: boolean;
  readonly definition: DataEntity;
  readonly fieldMap: FieldMap;
}

/** Proposes an entity and a field map from the first rows of a sample file. Nothing is stored. */
export async function inferEntity(
  ports: Ports,
  name: string,
  formatName: string,
  body: AsyncIterable<Uint8Array>,
): Promise<ProposedEntity> {
  const { value: format } = await loadFormat(ports, formatName);
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  try {
    const reader = await openRecords(measureBody(body, limits).bytes, format, "The sample");
    const guess = guessEntity(reader.columns);
    let rows = 0;
    for await (const batch of reader.batches) {
      for (const row of batch) if (!row.problem && rows++ < rowsMax) guess.add(row.cells);
      if (rows > rowsMax) break;
    }
    return propose(name, guess.finish(), rows <= rowsMax);
  } catch (error) {
    throw isRefusal(error) && !(error instanceof DomainError) ? new DomainError("invalid", error.message) : error;
  }
}

function propose(name: string, inference: Inference, isWhole: boolean): ProposedEntity {
  const fields = inference.columns.map(({ field }) => field);
  const definition = { name, aotName: toAotName(name), fields, isPerCompany: false, isChangeTracked: false };
  const fieldMap = inference.columns.map(({ column, field }) => ({ field: field.name, column, ignoreBlank: false }));
  return { ...inference, isWhole, definition, fieldMap };
}
