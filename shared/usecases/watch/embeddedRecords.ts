import { type DataEntity, keyFields, keySeparator, recordKey } from "../../domain/dataEntity.ts";
import { type EmbeddedRecord, keyOf, listIn, readEmbedded } from "../../domain/embedded.ts";
import { DomainError } from "../../domain/errors.ts";
import { foldName } from "../../domain/foldName.ts";
import { type StoredRecord, storedRecords } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { holdersOf } from "../definitions/holdersOf.ts";
import { recordsRefOf } from "../definitions/recordsRefOf.ts";

/** Where the records of an entity lie that are a part of another's: in those of the first one, down to its own. */
interface Place {
  readonly path: readonly DataEntity[];
  readonly root: DataEntity;
  readonly entity: DataEntity;
  readonly column: string;
}

/** The records of an entity that are parts of others', in the order of those. */
export async function listEmbedded(
  ports: Ports,
  entity: DataEntity,
  company: string | undefined,
  { limit, continuation }: PageRequest,
): Promise<Page<StoredRecord>> {
  const place = await placeOf(ports, entity);
  const [afterKey, passed] = continuation === undefined ? ["", 0] : readContinuation(continuation);
  const found: StoredRecord[] = [];
  let [done, skipped] = [afterKey, passed];
  for await (const holder of holders(ports, place, company, afterKey)) {
    const own = within(place, holder);
    const taken = own.slice(skipped, skipped + limit - found.length);
    found.push(...taken);
    if (found.length === limit && skipped + taken.length < own.length) {
      return { items: found, continuation: writeContinuation(done, skipped + taken.length) };
    }
    [done, skipped] = [holder.key, 0];
    if (found.length === limit) return { items: found, continuation: writeContinuation(done, 0) };
  }
  return { items: found };
}

/** The one of a key; a key of a part begins with that of the record that holds it. */
export async function findEmbedded(
  ports: Ports,
  entity: DataEntity,
  company: string | undefined,
  key: string,
): Promise<StoredRecord | undefined> {
  const place = await placeOf(ports, entity);
  let values = new Map(
    keyFields(entity).map(({ name }, index) => [foldName(name), key.split(keySeparator)[index] ?? ""]),
  );
  for (const { partOf } of place.path.slice(1).toReversed()) {
    const { relation = [] } = partOf ?? {};
    values = new Map(
      relation.map(({ field, parentField }) => [foldName(parentField), values.get(foldName(field)) ?? ""]),
    );
  }
  const { root } = place;
  const rootKey = recordKey(keyFields(root).map(({ name }) => values.get(foldName(name)) ?? ""));
  const holder = await ports.entities.find(recordsRefOf(root, company), rootKey, [place.column]);
  return holder && within(place, holder).find((record) => record.key === key);
}

export async function countEmbedded(ports: Ports, entity: DataEntity, company: string | undefined): Promise<number> {
  const place = await placeOf(ports, entity);
  let count = 0;
  for await (const holder of holders(ports, place, company, "")) count += within(place, holder).length;
  return count;
}

async function placeOf(ports: Ports, entity: DataEntity): Promise<Place> {
  const above = await holdersOf(ports, entity);
  const path = [...above.toReversed(), entity];
  return { path, root: above.at(-1) ?? entity, entity, column: path[1]?.aotName ?? "" };
}

async function* holders(
  ports: Ports,
  { root, column }: Place,
  company: string | undefined,
  afterKey: string,
): AsyncGenerator<StoredRecord> {
  const columns = [column];
  const snapshot = await ports.entities.openSnapshot(recordsRefOf(root, company));
  const pace = ports.startPace();
  for await (const batch of snapshot.read({ columns, ...(afterKey !== "" && { afterKey }) })) {
    yield* storedRecords(batch, columns);
    if (pace.isOver()) await pace.rest();
  }
}

function within({ path, entity }: Place, { seq, values }: StoredRecord): readonly StoredRecord[] {
  let records: readonly EmbeddedRecord[] = readEmbedded(values[0] ?? "") ?? [];
  for (const { aotName } of path.slice(2)) records = records.flatMap((record) => listIn(record, aotName));
  return records.map((record) => ({
    key: keyOf(entity, record),
    seq,
    values: entity.fields.map(({ name }) => {
      const value = record[name];
      return typeof value === "string" ? value : "";
    }),
  }));
}

function writeContinuation(afterKey: string, passed: number): string {
  return Buffer.from(`${passed} ${afterKey}`, "utf8").toString("base64url");
}

function readContinuation(continuation: string): readonly [string, number] {
  const text = Buffer.from(continuation, "base64url").toString("utf8");
  const [, passed, afterKey] = /^(\d{1,9}) ([^]*)$/u.exec(text) ?? [];
  if (passed !== undefined && afterKey !== undefined && writeContinuation(afterKey, Number(passed)) === continuation) {
    return [afterKey, Number(passed)];
  }
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", `continuation: ${message}`, [{ path: "continuation", message }]);
}
