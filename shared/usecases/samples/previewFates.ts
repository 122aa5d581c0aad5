import { mergesOf } from "../../domain/composite.ts";
import type { DataEntity } from "../../domain/dataEntity.ts";
import type { CompiledMap } from "../../domain/fieldMap.ts";
import { compareKeys, keyAt, keyLine, type RecordLines, recordAt } from "../../domain/recordLines.ts";
import { type EntityRef, storedRecords } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";

/** What would become of a record that is imported now; `notCompared` where time was over before. */
export type Fate = "created" | "updated" | "unchanged" | "notCompared";

/** No caller waits much longer. */
const compareMsMax = 30_000;

export interface Compared {
  readonly ref: EntityRef;
  readonly entity: DataEntity;
  readonly map: Pick<CompiledMap, "fields" | "generated">;
  /** All stored records go before the new ones come. */
  readonly truncateFirst: boolean;
  readonly records: RecordLines;
  /** The numbers of the records by their keys, each key once. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** What would become of each record, by its number: compared with what is stored at one moment. */
export async function fatesOf(ports: Ports, compared: Compared, pace: Pace): Promise<ReadonlyMap<number, Fate>> {
  const { entity, map, records, numbers } = compared;
  const fates = new Map<number, Fate>([...numbers.values()].map((number) => [number, "created"]));
  // A generated key is a new one.
  if (compared.truncateFirst || map.generated?.field.isKey || numbers.size === 0) return fates;
  const until = ports.clock.now() + compareMsMax;
  const [first, last] = extremes(numbers);
  const before = Array.from(first).slice(0, -1).join("");
  const columns = entity.fields.map(({ name }) => name);
  const isChanged = changeOf(entity, map);
  const snapshot = await ports.entities.openSnapshot(compared.ref);
  for await (const batch of snapshot.read({ columns, ...(before !== "" && { afterKey: before }) })) {
    if (pace.isOver()) await pace.rest();
    for (let index = 0; index < batch.count; index += 1) {
      const start = batch.starts[index]!;
      if (compareKeys(batch.bytes, start, last, 0) > 0) return fates;
      const key = keyAt(batch.bytes, start);
      const number = numbers.get(key);
      if (number === undefined) continue;
      const one = { ...batch, count: 1, starts: batch.starts.subarray(index), ends: batch.ends.subarray(index) };
      const [stored] = storedRecords(one, columns);
      fates.set(number, isChanged(recordAt(records, number).values, stored!.values) ? "updated" : "unchanged");
    }
    if (ports.clock.now() > until) return withoutThoseBehind(fates, compared, batch);
  }
  return fates;
}

function extremes(numbers: ReadonlyMap<string, number>): [first: string, last: Buffer] {
  let [first, last]: [string | undefined, Buffer | undefined] = [undefined, undefined];
  let firstLine: Buffer | undefined;
  for (const key of numbers.keys()) {
    const line = keyLine(key);
    if (!firstLine || compareKeys(line, 0, firstLine, 0) < 0) [first, firstLine] = [key, line];
    if (!last || compareKeys(line, 0, last, 0) > 0) last = line;
  }
  return [first ?? "", last ?? keyLine("")];
}

function withoutThoseBehind(
  fates: Map<number, Fate>,
  { records }: Compared,
  { bytes, starts, count }: RecordLines,
): ReadonlyMap<number, Fate> {
  if (count === 0) return fates;
  for (const number of fates.keys()) {
    if (compareKeys(records.bytes, records.starts[number]!, bytes, starts[count - 1]!) > 0) {
      fates.set(number, "notCompared");
    }
  }
  return fates;
}

/** Whether a stored record would have other values: a key keeps its spelling, and so does what is not given. */
function changeOf(entity: DataEntity, { fields, generated }: Compared["map"]) {
  const places = fields.map((name) => entity.fields.findIndex((field) => field.name === name));
  const { merges } = mergesOf(entity);
  return (given: readonly (string | undefined)[], stored: readonly string[]): boolean =>
    fields.some((name, index) => {
      const place = places[index]!;
      const [value, old] = [given[index], stored[place] ?? ""];
      if (generated?.place === index) return old === "";
      if (value === undefined || (entity.fields[place]!.isKey && old !== "")) return false;
      return (merges?.get(name)?.(old, value) ?? value) !== old;
    });
}
