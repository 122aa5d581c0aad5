import type { RecordFilter } from "../../shared/domain/filter/recordFilter.ts";
import {
  compareKeys,
  keyLine,
  linesOf,
  type RecordLines,
  recordsIn,
  startOfValues,
} from "../../shared/domain/recordLines.ts";
import { encodeCell } from "../../shared/domain/recordText.ts";
import { drawingFrom, type Drawing, requireFree } from "../../shared/storage/entityStore/counters.ts";
import type { IncomingRecord } from "./records.ts";
import { foldName } from "../../shared/domain/foldName.ts";
import {
  CommitRevoked,
  type EntityRef,
  type EntitySnapshot,
  type EntityStore,
  type SnapshotRead,
  type StoredRecord,
  type UpsertCommit,
} from "../../shared/ports/entityStore.ts";

interface MemoryRecord {
  readonly seq: number;
  /** Empty values are left out. */
  readonly values: ReadonlyMap<string, string>;
}

interface CommitCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

interface MemoryEntity {
  readonly ref: EntityRef;
  readonly seq: number;
  readonly changesFloorSeq: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly records: ReadonlyMap<string, MemoryRecord>;
  readonly commits: ReadonlyMap<string, CommitCounts & { readonly seq: number }>;
}

interface Draft {
  readonly records: ReadonlyMap<string, MemoryRecord>;
  readonly counts: CommitCounts;
  readonly movesFloor: boolean;
  readonly counters: MemoryEntity["counters"];
}

const batchSize = 100;

/** What an entity store means, in maps: nothing to compact, no garbage, and no commit ever conflicts. */
export function memoryEntityStore(now: () => number): EntityStore {
  const entities: Entities = new Map();
  const revoked = new Map<string, number>();
  let interrupts = 0;
  const load = (ref: EntityRef): MemoryEntity => loadFrom(entities, ref);

  return {
    async upsert(ref, commit) {
      const { idempotencyKey, fence } = commit;
      const isRepeat = load(ref).commits.has(idempotencyKey);
      const revokedFence = (): number => revoked.get(revocationOf(ref, idempotencyKey)) ?? -1;
      const isWanted = !isRepeat && fence > revokedFence();
      let incoming: IncomingRecord[] = [];
      let drawing: Drawing;
      let counters: MemoryEntity["counters"];
      do {
        counters = load(ref).counters;
        drawing = drawingFrom(counters, commit.numbers);
        if (isWanted) incoming = await collectAscending(commit.records(drawing.draw));
        entities.set(nameOf(ref), load(ref));
        for (let asked = -1; asked !== interrupts && !load(ref).commits.has(idempotencyKey);) {
          asked = interrupts;
          await commit.requireValid(load(ref).records.size);
        }
      } while (load(ref).counters !== counters);
      if (!load(ref).commits.has(idempotencyKey) && fence <= revokedFence()) throw new CommitRevoked("Given up.");
      return saveTo(entities, now(), ref, commit, (entity, seq) => upserted(entity, commit, incoming, drawing, seq));
    },
    async interrupt(ref) {
      interrupts += 1;
      return load(ref).records.size;
    },
    async revoke(ref, idempotencyKey, fence) {
      const done = load(ref).commits.get(idempotencyKey);
      const name = revocationOf(ref, idempotencyKey);
      if (!done) revoked.set(name, Math.max(fence, revoked.get(name) ?? -1));
      return done && { ...done, isRepeat: true };
    },
    async findCommit(ref, idempotencyKey) {
      const done = load(ref).commits.get(idempotencyKey);
      return done && { ...done, isRepeat: true };
    },
    openSnapshot: async (ref) => snapshotOf(load(ref)),
    async find(ref, key, columns) {
      const record = load(ref).records.get(key);
      return record && projected(key, record, columns);
    },
    count: async (ref) => load(ref).records.size,
    openSieve: async () => undefined,
    needsCompaction: async () => false,
    compact: async () => false,
    removeGarbage: async () => 0,
    list: async () => [...entities.values()].map((entity) => entity.ref),
  };
}

type Entities = Map<string, MemoryEntity>;
type DraftOf = (entity: MemoryEntity, seq: number) => Draft;

function revocationOf(ref: EntityRef, idempotencyKey: string): string {
  return JSON.stringify([nameOf(ref), idempotencyKey]);
}

function nameOf(ref: EntityRef): string {
  return JSON.stringify([ref.entityId, ref.company ?? null]);
}

function loadFrom(entities: Entities, ref: EntityRef): MemoryEntity {
  const nothingYet = { ref, seq: 0, changesFloorSeq: 0, counters: {}, records: new Map(), commits: new Map() };
  return entities.get(nameOf(ref)) ?? nothingYet;
}

function saveTo(entities: Entities, now: number, ref: EntityRef, made: UpsertCommit, draftOf: DraftOf) {
  const { idempotencyKey } = made;
  const entity = loadFrom(entities, ref);
  const first = entity.commits.get(idempotencyKey);
  if (first) return { ...first, isRepeat: true };
  const seq = Math.max(now, entity.seq + 1);
  const draft = draftOf(entity, seq);
  const commit = { ...draft.counts, seq };
  entities.set(nameOf(ref), {
    ref,
    seq,
    records: draft.records,
    changesFloorSeq: draft.movesFloor ? seq : entity.changesFloorSeq,
    counters: draft.counters,
    commits: new Map(entity.commits).set(idempotencyKey, commit),
  });
  return { ...commit, isRepeat: false };
}

function upserted(
  entity: MemoryEntity,
  commit: UpsertCommit,
  incoming: readonly IncomingRecord[],
  { draw, drawn }: Drawing,
  seq: number,
): Draft {
  const { numbers } = commit;
  const requireNew = numbers && numbers.fills === undefined ? requireFree(numbers) : undefined;
  const records = new Map(commit.truncateFirst ? [] : entity.records);
  const keyColumns = new Set(commit.keyColumns.map(foldName));
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const { key, values } of incoming) {
    const old = records.get(key)?.values;
    const merged = new Map(old);
    requireNew?.(old !== undefined);
    for (const [index, name] of commit.columns.entries()) {
      const column = foldName(name);
      const given = keyColumns.has(column) ? (old?.get(column) ?? values[index]) : values[index];
      const merge = commit.merges?.get(name);
      const value = merge && given !== undefined ? merge(old?.get(column) ?? "", given) : given;
      if (value === "") merged.delete(column);
      else if (value !== undefined) merged.set(column, value);
    }
    const filled = numbers?.fills && foldName(numbers.fills);
    if (filled !== undefined) merged.set(filled, old?.get(filled) ?? draw());
    const fate = old === undefined ? "created" : isSame(old, merged) ? "unchanged" : "updated";
    counts[fate] += 1;
    if (fate !== "unchanged") records.set(key, { seq, values: merged });
  }
  return { records, counts, movesFloor: commit.truncateFirst, counters: drawn() };
}

function snapshotOf(entity: MemoryEntity): EntitySnapshot {
  return {
    seq: entity.seq,
    count: entity.records.size,
    changesFloorSeq: entity.changesFloorSeq,
    counters: entity.counters,
    read: (read) => readBatches(entity, read),
  };
}

async function* readBatches(entity: MemoryEntity, read: SnapshotRead): AsyncGenerator<RecordLines> {
  const chosen = [...entity.records]
    .filter(([key]) => read.afterKey === undefined || order(key, read.afterKey) > 0)
    .filter(([, record]) => record.seq > (read.changedSince ?? 0))
    .filter(([key, record]) => !read.filter || isSelected(read.filter, projected(key, record, read.filter.columns)))
    .toSorted(([one], [other]) => order(one, other))
    .slice(0, read.limit)
    .map(([key, record]) => projected(key, record, read.columns));
  for (let from = 0; from < chosen.length; from += batchSize) {
    yield linesOf(chosen.slice(from, from + batchSize).map(({ seq, ...record }) => ({ ...record, number: seq })));
  }
}

/** Where its keys lie is nothing that a filter needs: it says of every record whether it is meant. */
function isSelected(filter: RecordFilter, { key, seq, values }: StoredRecord): boolean {
  const { bytes, starts, ends } = linesOf([{ key, number: seq, values }]);
  let at = startOfValues(bytes, starts[0]!);
  const cells = values.map((value) => {
    const start = at;
    at += Buffer.byteLength(encodeCell(value)) + 1;
    return [start, at - 1] as const;
  });
  const named = {
    bytes,
    starts: Uint32Array.from(cells, ([start]) => start),
    ends: Uint32Array.from(cells, ([, end]) => end),
  };
  if (cells.length > 0 && cells.at(-1)?.[1] !== ends[0]) throw new Error("The values are not where the line has them.");
  return filter.selects(named, () => seq);
}

function order(one: string, other: string): number {
  return compareKeys(keyLine(one), 0, keyLine(other), 0);
}

function projected(key: string, record: MemoryRecord, columns: readonly string[]): StoredRecord {
  return { key, seq: record.seq, values: columns.map((column) => record.values.get(foldName(column)) ?? "") };
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([column, value]) => other.get(column) === value);
}

async function collectAscending(batches: AsyncIterable<RecordLines>): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  for await (const batch of batches) {
    for (const record of recordsIn(batch)) {
      const last = records.at(-1);
      if (last && order(record.key, last.key) <= 0)
        throw new Error(`Record ${records.length + 1} is not in ascending key order.`);
      records.push(record);
    }
  }
  return records;
}
