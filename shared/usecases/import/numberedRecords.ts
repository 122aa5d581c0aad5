import { keyFields, recordKey } from "../../domain/dataEntity.ts";
import { numberText } from "../../domain/numberSequence.ts";
import { type LineRecord, linesOf, type RecordLines, recordsIn } from "../../domain/recordLines.ts";
import type { UpsertCommit } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";
import type { PreparedLine } from "./prepareImport.ts";

/** What the store has to know to number records: where, or that the records come with keys that were drawn. */
export function numbersOf({ numberSequence, map }: PreparedLine): Pick<UpsertCommit, "numbers"> {
  const { generated } = map;
  if (!numberSequence || !generated) return {};
  const { field } = generated;
  return {
    numbers: {
      counter: numberSequence.name,
      next: numberSequence.next,
      textOf: (number) => numberText(numberSequence, field, number),
      fills: field.isKey ? undefined : field.name,
    },
  };
}

/**
 * The records as they are stored. Where a part of the key is generated, those that come with one text in its place get one
 * number, in the order of these texts; by their new keys they have another order, so they are staged once more.
 */
export async function* numberedRecords(
  ports: Ports,
  executionId: string,
  line: PreparedLine,
  records: AsyncIterable<RecordLines>,
  draw: () => string,
): AsyncGenerator<RecordLines> {
  const { generated } = line.map;
  if (!generated?.field.isKey) return yield* records;
  const byKey = ports.staging.open(executionId);
  try {
    const number = numbering(line, generated.place, draw);
    for await (const batch of records) await byKey.add(linesOf(recordsIn(batch).map(number)));
    yield* (await byKey.finish()).records();
  } finally {
    await byKey.discard();
  }
}

function numbering(
  { entity, map }: PreparedLine,
  place: number,
  draw: () => string,
): (record: LineRecord) => LineRecord {
  const keyPlaces = keyFields(entity).map(({ name }) => map.fields.indexOf(name));
  let drawn = { source: "", number: "" };
  return (record) => {
    const source = recordKey([record.values[place] ?? ""]);
    if (source !== drawn.source) drawn = { source, number: draw() };
    const values = record.values.with(place, drawn.number);
    return { ...record, key: recordKey(keyPlaces.map((at) => values[at] ?? "")), values };
  };
}
