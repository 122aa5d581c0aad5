import type { DataEntity } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { FieldMap } from "../../domain/fieldMap.ts";
import { type EntityGuess, type Inference, guessEntity, toAotName } from "../../domain/inference.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { loadFormat } from "../definitions/loadDefinitions.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { openRecords } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";
import { sampleExtent } from "./sampleExtent.ts";

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
    const pace = ports.startPace();
    const reader = await openRecords(measureBody(body, limits).bytes, format, "The sample", pace);
    const guess = guessEntity(reader.columns);
    const isWhole = await addRows(guess, reader, pace);
    return propose(name, guess.finish(), isWhole);
  } catch (error) {
    throw isRefusal(error) && !(error instanceof DomainError) ? new DomainError("invalid", error.message) : error;
  }
}

/** False when there were more rows than are looked at. */
async function addRows(guess: EntityGuess, reader: RecordReader, pace: Pace): Promise<boolean> {
  const isWithin = sampleExtent();
  for await (const batch of reader.batches) {
    for (const row of batch) {
      if (pace.isOver()) await pace.rest();
      if (!isWithin(row)) return false;
      if (!row.problem) guess.add(row.cells);
    }
  }
  return true;
}

function propose(name: string, inference: Inference, isWhole: boolean): ProposedEntity {
  const fields = inference.columns.map(({ field }) => field);
  const definition = { name, aotName: toAotName(name), fields, isPerCompany: false, isChangeTracked: false };
  const fieldMap = inference.columns.map(({ column, field }) => ({ field: field.name, column, ignoreBlank: false }));
  return { ...inference, isWhole, definition, fieldMap };
}
