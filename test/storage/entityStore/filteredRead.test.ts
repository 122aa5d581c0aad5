import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFields, recordKey } from "../../../shared/domain/dataEntity.ts";
import { compileFilter, type RecordFilter } from "../../../shared/domain/filter/recordFilter.ts";
import type { EntityStore, SnapshotRead } from "../../../shared/ports/entityStore.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import { tinyLimits } from "../../contract/entityStoreLimits.ts";
import { commitOf } from "../../contract/entityStoreContract.ts";
import { drawnFilter, drawnValues, things } from "../../support/drawnFilters.ts";
import { tuesday } from "../../support/filters.ts";
import { memoryEntityStore } from "../../support/memoryEntityStore.ts";
import { collect } from "../../support/records.ts";

const ref = { entityId: "things", company: undefined };
const columns = things.fields.map(({ name }) => name);
const keyOf = (values: readonly string[]): string => recordKey(values.slice(0, keyFields(things).length));

const stores: readonly (readonly [string, () => EntityStore])[] = [
  ["in maps", () => memoryEntityStore(() => 1)],
  [
    "on blobs",
    () =>
      blobEntityStore(memoryGround().blobs("entities"), {
        now: () => 1,
        wait: () => setImmediate(),
        limits: tinyLimits,
      }),
  ],
];

async function storeAll(
  store: EntityStore,
  batches: readonly (readonly (readonly string[])[])[],
): Promise<readonly number[]> {
  const seqs: number[] = [];
  for (const [index, batch] of batches.entries()) {
    const rows = Object.fromEntries(batch.map((values) => [keyOf(values), values]));
    seqs.push((await store.upsert(ref, commitOf(`${index}`, rows, { columns }))).seq);
  }
  return seqs;
}

describe.each(stores)("a filtered read of an entity store %s", (_, open) => {
  const batch = fc.array(drawnValues, { maxLength: 12 });

  test("gives what the plainest evaluation of the filter selects, whatever else the read asks for", async () => {
    const given = fc.tuple(
      fc.array(batch, { minLength: 1, maxLength: 4 }),
      drawnFilter,
      fc.nat(12),
      fc.nat(4),
      fc.nat(8),
    );
    await fc.assert(
      fc.asyncProperty(given, async ([batches, { filter, selects }, place, since, limit]) => {
        const store = open();
        const seqs = await storeAll(store, batches);
        const snapshot = await store.openSnapshot(ref);
        const all = await collect(snapshot.read({ columns }), columns);
        const compiled = compileFilter(things, filter, tuesday);
        const read = async (more: Partial<SnapshotRead>) =>
          collect(snapshot.read({ columns, filter: compiled, ...more }), columns);
        const expected = all.filter(({ values }) => selects(values));

        expect(await read({})).toEqual(expected);
        expect(await read({ limit })).toEqual(expected.slice(0, limit));
        const afterKey = all[place]?.key;
        const behind = afterKey === undefined ? expected : all.slice(place + 1).filter(({ values }) => selects(values));
        expect(await read(afterKey === undefined ? {} : { afterKey })).toEqual(behind);
        const changedSince = seqs[since] ?? 1;
        expect(await read({ changedSince })).toEqual(expected.filter(({ seq }) => seq > changedSince));
        const others: RecordFilter = { columns: compiled.columns, selects: (cells) => !compiled.selects(cells) };
        expect(await read({ filter: others })).toEqual(all.filter(({ values }) => !selects(values)));
      }),
      { numRuns: 150 },
    );
  });
});
