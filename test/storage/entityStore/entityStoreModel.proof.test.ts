import { collect } from "../../support/records.ts";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EntityStore } from "../../../shared/ports/entityStore.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import { memoryEntityStore } from "../../support/memoryEntityStore.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { commitOf, groups } from "../../contract/entityStoreContract.ts";
import { hashedLimits, tinyLimits } from "../../contract/entityStoreLimits.ts";

const columns = ["Name", "Terms", "Colour", "Size", "Größe"];
const keys = Array.from({ length: 24 }, (_, index) => `${index % 3 === 0 ? "\ud83d\ude00" : "k"}${index}\t`);
const key = fc.constantFrom(...keys);
const value = fc.constantFrom("", "a", "A", "b", "\\N", "line\nfeed", "漢".repeat(40), undefined);
/** Some of the columns, each in one of its spellings. */
const chosenColumns = fc
  .tuple(fc.shuffledSubarray(columns, { minLength: 1 }), fc.infiniteStream(fc.boolean()))
  .map(([chosen, isUpper]) => chosen.map((column) => (isUpper.next().value ? column.toUpperCase() : column)));

type Step = (store: EntityStore, idempotencyKey: string) => Promise<unknown>;

const upsert = fc
  .record({
    chosenColumns,
    rows: fc.dictionary(key, fc.tuple(value, value, value, value, value), { maxKeys: 12 }),
    /** Of which a stored record keeps the spelling, whether the commit has them or not. */
    keyColumns: fc.subarray(columns, { maxLength: 2 }),
    isWhole: fc.nat(9),
  })
  .map((drawn): Step => {
    const cut = Object.entries(drawn.rows).map(([name, row]) => [name, row.slice(0, drawn.chosenColumns.length)]);
    const { chosenColumns, keyColumns } = drawn;
    const more = { columns: chosenColumns, keyColumns, truncateFirst: drawn.isWhole === 0 };
    return (store, idempotencyKey) => store.upsert(groups, commitOf(idempotencyKey, Object.fromEntries(cut), more));
  });
/** All values of a record, so that hashes can tell what becomes of it; few of them, so that many are as they were. */
const wholeUpsert = fc
  .dictionary(key, fc.tuple(fc.constantFrom("n", "N"), ...Array.from({ length: 4 }, () => fc.constantFrom("", "a"))), {
    maxKeys: 12,
  })
  .map((rows): Step => {
    const more = { columns, keyColumns: ["Name"] };
    return (store, idempotencyKey) => store.upsert(groups, commitOf(idempotencyKey, rows, more));
  });
const compact = fc.constant<Step>(async (store) => void (await store.compact(groups)));
const find = key.map(
  (wanted): Step =>
    (store) =>
      store.find(groups, wanted, columns),
);
const read = fc
  .record({
    columns: chosenColumns,
    afterKey: fc.option(key, { nil: undefined }),
    commitsBack: fc.option(fc.nat(4), { nil: undefined }),
    limit: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  })
  .map(({ afterKey, commitsBack, limit, ...rest }): Step => async (store) => {
    const snapshot = await store.openSnapshot(groups);
    const changedSince = commitsBack === undefined ? undefined : Math.max(0, snapshot.seq - commitsBack);
    return {
      facts: [snapshot.seq, snapshot.count, snapshot.changesFloorSeq, await store.count(groups)],
      records: await collect(
        snapshot.read({
          ...rest,
          ...(afterKey !== undefined && { afterKey }),
          ...(changedSince !== undefined && { changedSince }),
          ...(limit !== undefined && { limit }),
        }),
        rest.columns,
      ),
    };
  });

const stepsOf = (...commits: readonly { readonly arbitrary: fc.Arbitrary<Step>; readonly weight: number }[]) =>
  fc.array(
    fc.tuple(
      fc.oneof(
        ...commits,
        { arbitrary: compact, weight: 2 },
        { arbitrary: read, weight: 4 },
        { arbitrary: find, weight: 1 },
      ),
      // Few keys, so that repeats happen.
      fc.nat(40).map(String),
    ),
    { minLength: 5, maxLength: 40 },
  );

test.each([
  { steps: stepsOf({ arbitrary: upsert, weight: 6 }), limits: tinyLimits, of: "commits of all kinds" },
  {
    steps: stepsOf({ arbitrary: wholeUpsert, weight: 5 }, { arbitrary: upsert, weight: 1 }),
    limits: hashedLimits,
    of: "commits of whole records",
  },
])(
  "after $of in whatever order the store on blobs answers as the one in maps",
  async ({ steps, limits }) => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const now = (): number => 1000;
        const blobs = memoryGround().blobs("entities");
        const subject = blobEntityStore(blobs, { now, wait: () => setImmediate(), limits });
        const model = memoryEntityStore(now);
        for (const [step, idempotencyKey] of script) {
          expect(await step(subject, idempotencyKey)).toEqual(await step(model, idempotencyKey));
        }
      }),
      { numRuns: 120 },
    );
  },
  30_000,
);
