import { type DataEntity, isAotName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { oddityWarnings } from "../../domain/oddCells.ts";
import { type EntityGuess, type Inference, guessEntity, toAotName } from "../../domain/inference.ts";
import { namedRow, rowsIn, type SourceRow } from "../../domain/rowBatch.ts";
import { namelessColumns } from "../../domain/headerDoubts.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { loadFormat } from "../definitions/loadDefinitions.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { openRecords } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";
import { regionOfFormat } from "../sources/regionOfFormat.ts";
import { sampleExtent } from "./sampleExtent.ts";

export interface ProposedEntity extends Inference {
  /** False when the file has more rows than were looked at. */
  readonly isWhole: boolean;
  /** Rows of those looked at that do not fit the columns and say nothing here; warnings name the first. */
  readonly rowsUnusable: number;
  readonly warnings: readonly string[];
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
    const of = { fileName: "The sample", entity: undefined, expected: [] };
    const reader = await openRecords(measureBody(body, limits).bytes, format, of, pace);
    const nameless = namelessColumns(reader.columns);
    const named = [...reader.columns.keys()].filter((index) => !nameless.indexes.has(index));
    const guess = guessEntity(pick(reader.columns, named), regionOfFormat(format));
    const rows = await addRows(guess, named, reader, pace);
    const inference = guess.finish();
    const warnings = [...nameless.warnings, ...warningsOf(reader, rows), ...inference.warnings];
    if (rows.unusable > 0 && inference.rowsRead === 0) throw new DomainError("invalid", warnings.join(" "));
    const { definition, fieldMap } = propose(name, reader.recordName, inference);
    return { ...inference, isWhole: rows.isWhole, rowsUnusable: rows.unusable, warnings, definition, fieldMap };
  } catch (error) {
    throw isRefusal(error) && !(error instanceof DomainError) ? new DomainError("invalid", error.message) : error;
  }
}

interface LookedAt {
  /** False when there were more rows than are looked at. */
  isWhole: boolean;
  unusable: number;
  first: SourceRow | undefined;
}

function pick(cells: readonly string[], indexes: readonly number[]): readonly string[] {
  return indexes.length === cells.length ? cells : indexes.map((index) => cells[index] ?? "");
}

async function addRows(
  guess: EntityGuess,
  named: readonly number[],
  reader: RecordReader,
  pace: Pace,
): Promise<LookedAt> {
  const isWithin = sampleExtent();
  const looked: LookedAt = { isWhole: true, unusable: 0, first: undefined };
  for await (const batch of reader.batches) {
    for (const row of rowsIn(batch)) {
      if (pace.isOver()) await pace.rest();
      if (!isWithin(row)) return { ...looked, isWhole: false };
      if (!row.problem) guess.add(pick(row.cells, named), row.place?.line ?? row.line);
      else {
        looked.unusable += 1;
        looked.first ??= row;
      }
    }
  }
  return looked;
}

function warningsOf({ hint, oddities }: RecordReader, { unusable, first }: LookedAt): readonly string[] {
  const odd = oddityWarnings("The sample", oddities());
  const hints = hint === undefined ? odd : [hint, ...odd];
  if (!first?.problem) return hints;
  return [
    ...hints,
    `Rows that could not be used: ${unusable}. The first is ${first.place ? "" : "on "}${namedRow(first)}: ${first.problem.message}`,
  ];
}

function propose(
  name: string,
  recordName: string | undefined,
  inference: Inference,
): Pick<ProposedEntity, "definition" | "fieldMap"> {
  const fields = inference.columns.map(({ field }) => field);
  // The file's next ones are read by the name of their records.
  const aotName = recordName !== undefined && isAotName(recordName) ? recordName : toAotName(name);
  const definition = { name, aotName, fields, isPerCompany: false, isChangeTracked: false };
  const fieldMap = inference.columns.map(({ column, field }) => ({ field: field.name, column, ignoreBlank: false }));
  return { definition, fieldMap };
}
