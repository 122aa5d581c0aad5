import { collect, incoming } from "../support/records.ts";
import type { KeyRange } from "../../shared/domain/filter/keyRanges.ts";
import type { NamedCells, RecordFilter } from "../../shared/domain/filter/recordFilter.ts";
import { compareKeys, keyLine } from "../../shared/domain/recordLines.ts";
import { beforeEach, describe, expect, test } from "vitest";
import {
  CommitRevoked,
  type EntityRef,
  type EntityStore,
  type SnapshotRead,
  type StoredRecord,
  storedRecords,
  type UpsertCommit,
} from "../../shared/ports/entityStore.ts";

/** One empty store, seen by four writers that share nothing but the storage. */
export interface StoreUnderTest {
  readonly writers: readonly [EntityStore, EntityStore, EntityStore, EntityStore];
  readonly clock: { now: number };
}

type Values = readonly (string | undefined)[];
type Rows = Readonly<Record<string, Values>>;

export const groups: EntityRef = { entityId: "customer-groups", company: "usmf" };
const columns = ["Name", "Terms"];

/** Keys from one on, up to, not including, another. */
function rangeOf(from: string, below: string): KeyRange {
  return { from: keyLine(from), below: keyLine(below) };
}

/** A commit of these rows in key order, a few to a batch. */
export function commitOf(idempotencyKey: string, rows: Rows, more: Partial<UpsertCommit> = {}): UpsertCommit {
  const records = Object.entries(rows)
    .map(([key, values]) => ({ key, values }))
    .toSorted((one, other) => compareKeys(keyLine(one.key), 0, keyLine(other.key), 0));
  async function* batches() {
    for (let from = 0; from < records.length; from += 3) yield incoming(...records.slice(from, from + 3));
  }
  const judged = { requireValid: () => Promise.resolve() };
  const kept = { keyColumns: [], records: batches, truncateFirst: false };
  return { idempotencyKey, fence: 1, columns, ...kept, ...judged, ...more };
}

export async function readAll(
  store: EntityStore,
  ref: EntityRef,
  read: Partial<SnapshotRead> = {},
): Promise<StoredRecord[]> {
  const snapshot = await store.openSnapshot(ref);
  return collect(snapshot.read({ columns, ...read }), read.columns ?? columns);
}

async function rowsOf(store: EntityStore, read: Partial<SnapshotRead> = {}): Promise<Record<string, Values>> {
  return Object.fromEntries((await readAll(store, groups, read)).map(({ key, values }) => [key, values]));
}

export function entityStoreContract(open: () => Promise<StoreUnderTest>): void {
  let subject: StoreUnderTest;
  let store: EntityStore;

  beforeEach(async () => {
    subject = await open();
    store = subject.writers[0];
  });

  describe("reading", () => {
    test("an entity that was never written to is empty", async () => {
      const snapshot = await store.openSnapshot(groups);

      expect([snapshot.seq, snapshot.count, snapshot.changesFloorSeq]).toEqual([0, 0, 0]);
      expect(await collect(snapshot.read({ columns }), columns)).toEqual([]);
      expect(await store.find(groups, "10", columns)).toBeUndefined();
      expect(await store.count(groups)).toBe(0);
      expect(await store.list()).toEqual([]);
    });

    test("records come in the order of the bytes of their keys, after a key and up to a limit", async () => {
      const keys = ["", "A", "Z", "a", "\uffff", "\ud83d\ude00"];
      await store.upsert(groups, commitOf("1", Object.fromEntries(keys.map((key) => [key, [key, ""]]))));

      expect((await readAll(store, groups)).map(({ key }) => key)).toEqual(keys);
      expect((await readAll(store, groups, { afterKey: "A" })).map(({ key }) => key)).toEqual(keys.slice(2));
      expect((await readAll(store, groups, { afterKey: "M" })).map(({ key }) => key)).toEqual(keys.slice(2));
      expect((await readAll(store, groups, { limit: 2 })).map(({ key }) => key)).toEqual(keys.slice(0, 2));
      expect((await readAll(store, groups, { afterKey: "\ud83d\ude00" })).map(({ key }) => key)).toEqual([]);
    });

    test("columns come as they are asked for, and an unknown one is empty", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["Wholesale", "Net30"] }));

      expect(await rowsOf(store, { columns: ["Terms", "Colour", "Name"] })).toEqual({ 10: ["Net30", "", "Wholesale"] });
      expect(await rowsOf(store, { columns: [] })).toEqual({ 10: [] });
      expect(await store.find(groups, "10", ["Terms"])).toMatchObject({ key: "10", values: ["Net30"] });
      expect(await store.find(groups, "1", ["Terms"])).toBeUndefined();
    });

    test("a filter chooses by values and numbers before anything else, with its keys in ranges or anywhere", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", ""], 30: ["A", "y"] }));
      await store.upsert(groups, commitOf("2", { 20: ["A", "z"], 40: ["A", ""], 50: ["B", ""] }));
      const textOf = ({ bytes, starts, ends }: NamedCells, place: number) =>
        bytes.toString("utf8", starts[place], ends[place]);
      await store.upsert(groups, commitOf("3", { 15: ["C", "red"] }, { columns: ["Name", "Colour"] }));
      // The columns are in another order than they are stored, and not all records have them.
      const named: RecordFilter = {
        columns: ["Terms", "Colour", "NAME"],
        selects: (cells) => textOf(cells, 2) === "A",
      };
      const keyed: RecordFilter = {
        columns: named.columns,
        selects: (cells, seq) => named.selects(cells, seq) && textOf(cells, 0) !== "z",
        keyRanges: [rangeOf("10", "20"), rangeOf("30", "35"), rangeOf("40", "45")],
      };
      const isOld: RecordFilter = {
        columns: ["Terms", "Colour"],
        selects: (cells, seq) => seq() <= first.seq && textOf(cells, 1) === "",
      };
      const keysBy = async (filter: RecordFilter, more: Partial<SnapshotRead> = {}) =>
        (await readAll(store, groups, { filter, ...more })).map(({ key }) => key);

      for (const _ of ["as it was written", "compacted"]) {
        expect(await keysBy(named)).toEqual(["10", "20", "30", "40"]);
        expect(await keysBy(keyed)).toEqual(["10", "30", "40"]);
        expect(await keysBy(keyed, { afterKey: "10" })).toEqual(["30", "40"]);
        expect(await keysBy(keyed, { limit: 2 })).toEqual(["10", "30"]);
        expect(await keysBy(keyed, { changedSince: first.seq })).toEqual(["40"]);
        expect(await keysBy(isOld)).toEqual(["10", "30"]);
        expect(await rowsOf(store, { filter: keyed, columns: ["Terms"] })).toEqual({ 10: ["x"], 30: ["y"], 40: [""] });
        expect(await keysBy({ columns: [], selects: () => false })).toEqual([]);
        while (await store.compact(groups));
      }
    });

    test("every character survives in keys and values", async () => {
      const texts = [
        "\t",
        "\n",
        "\r\n",
        "\\",
        "\\N",
        "\\t",
        "\\u0041",
        "\u0000",
        "é",
        "漢\ud83d\ude00",
        "\ud83d",
        "\ude00x",
      ];
      await store.upsert(groups, commitOf("1", Object.fromEntries(texts.map((text) => [text, [text, `<${text}>`]]))));

      expect(await rowsOf(store)).toEqual(Object.fromEntries(texts.map((text) => [text, [text, `<${text}>`]])));
      for (const text of texts) expect((await store.find(groups, text, columns))?.key).toBe(text);
    });

    test("the columns of its key keep the values that a record came with", async () => {
      const keyed = { keyColumns: ["NAME"] };
      const nameIn = async (key: string) => (await store.find(groups, key, columns))?.values;
      await store.upsert(groups, commitOf("1", { us: ["US", "Net10"], de: ["De", ""] }, keyed));

      const second = await store.upsert(groups, commitOf("2", { us: ["us", "Net10"], de: ["DE ", "Net30"] }, keyed));
      expect(second).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
      const turned = { ...keyed, columns: ["Terms", "Name"] };
      await store.upsert(groups, commitOf("3", { us: [undefined, "uS"], fr: ["", "Fr"] }, turned));
      await store.compact(groups);
      await store.upsert(groups, commitOf("4", { us: ["uS", "Net20"], fr: ["FR", "Net5"] }, keyed));

      expect(await Promise.all(["us", "de", "fr"].map(nameIn))).toEqual([
        ["US", "Net20"],
        ["De", "Net30"],
        ["Fr", "Net5"],
      ]);
      await store.upsert(groups, commitOf("5", { us: ["us", ""] }, { ...keyed, truncateFirst: true }));
      expect(await nameIn("us")).toEqual(["us", ""]);
    });

    test("a column with a rule of its own joins what comes in with what is stored", async () => {
      const join = (stored: string, incoming: string): string => (stored === "" ? incoming : `${stored}+${incoming}`);
      const joined = { merges: new Map([["terms", join]]), keyColumns: [] };
      await store.upsert(groups, commitOf("1", { a: ["A", "1"], b: ["B", ""] }));

      const rows = { a: ["A", "2\t\n\\"], b: ["B", "x"], c: ["C", "3"], d: ["D", undefined] };
      const first = await store.upsert(groups, commitOf("2", rows, { ...joined, columns: ["Name", "terms"] }));
      const turned = { ...joined, columns: ["terms", "Name"] };
      const second = await store.upsert(groups, commitOf("3", { a: [undefined, "A"], c: ["4", "C"] }, turned));

      expect([first, second]).toMatchObject([
        { created: 2, updated: 2 },
        { created: 0, updated: 1, unchanged: 1 },
      ]);
      expect(await rowsOf(store)).toEqual({
        a: ["A", "1+2\t\n\\"],
        b: ["B", "x"],
        c: ["C", "3+4"],
        d: ["D", ""],
      });
    });

    test("a snapshot stays as it was while others write, compact and truncate", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["Wholesale", ""], 20: ["Retail", ""] }));
      const snapshot = await store.openSnapshot(groups);
      const reading = snapshot.read({ columns })[Symbol.asyncIterator]();
      const { value: batch } = await reading.next();
      const first = storedRecords(batch, columns)[0];

      await store.upsert(groups, commitOf("2", { 10: ["Changed", ""], 30: ["New", ""] }));
      await store.compact(groups);
      await store.upsert(groups, commitOf("3", {}, { truncateFirst: true }));

      expect((await collect(snapshot.read({ columns }), columns)).map(({ key, values }) => [key, values[0]])).toEqual([
        ["10", "Wholesale"],
        ["20", "Retail"],
      ]);
      expect(first).toMatchObject({ key: "10", values: ["Wholesale", ""] });
      expect(snapshot.count).toBe(2);
    });

    test("companies and entities are apart, and all of them are listed", async () => {
      const others = [
        { entityId: "customer-groups", company: undefined },
        { entityId: "customer-groups", company: "dat" },
        { entityId: "vendors", company: "usmf" },
      ];
      for (const ref of others) await store.upsert(ref, commitOf("1", { 10: [`${ref.entityId} ${ref.company}`, ""] }));

      expect(await store.count(groups)).toBe(0);
      for (const ref of others) {
        expect((await store.find(ref, "10", ["Name"]))?.values).toEqual([`${ref.entityId} ${ref.company}`]);
      }
      expect(new Set(await store.list())).toEqual(new Set(others));
    });
  });

  describe("what a commit is judged by", () => {
    const refused = () => Promise.reject(new Error("No longer."));

    test("a commit that is not valid changes nothing, unless it was made before", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", ""] }));

      await expect(store.upsert(groups, commitOf("2", { 10: ["B", ""] }, { requireValid: refused }))).rejects.toThrow(
        "No longer.",
      );
      expect(await rowsOf(store)).toEqual({ 10: ["A", ""] });
      expect(await store.upsert(groups, commitOf("1", {}, { requireValid: refused }))).toEqual({
        ...first,
        isRepeat: true,
      });
    });

    test.each([0, 1])("a commit under way asks anew after an interrupt, with %i commits before it", async (before) => {
      const [one, other] = subject.writers;
      for (let index = 0; index < before; index += 1) await one.upsert(groups, commitOf("0", { 10: ["A", ""] }));
      let asked = 0;
      const requireValid = async (): Promise<void> => {
        asked += 1;
        if (asked === 2) await refused();
        for (const ref of await other.list()) expect(await other.interrupt(ref)).toBe(before);
      };

      await expect(one.upsert(groups, commitOf("1", { 20: ["B", ""] }, { requireValid }))).rejects.toThrow(
        "No longer.",
      );
      expect(await one.count(groups)).toBe(before);
    });
  });

  describe("upserting", () => {
    test("tells new, changed and unchanged records apart, and unchanged ones keep their sequence", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", "x"], 30: ["C", "x"] }));
      const second = await store.upsert(groups, commitOf("2", { 10: ["A", "x"], 20: ["B", "y"], 40: ["D", ""] }));

      expect(first).toEqual({ created: 3, updated: 0, unchanged: 0, seq: first.seq, isRepeat: false });
      expect(second).toEqual({ created: 1, updated: 1, unchanged: 1, seq: second.seq, isRepeat: false });
      expect(second.seq).toBeGreaterThan(first.seq);
      expect((await readAll(store, groups)).map(({ key, seq }) => [key, seq])).toEqual([
        ["10", first.seq],
        ["20", second.seq],
        ["30", first.seq],
        ["40", second.seq],
      ]);
      expect(await store.count(groups)).toBe(4);
    });

    test("a sequence is at least the time, and grows when the clock stands still or goes back", async () => {
      const seqs = [];
      for (const [index, now] of [5_000_000, 5_000_000, 4_000_000, 6_000_000].entries()) {
        subject.clock.now = now;
        seqs.push((await store.upsert(groups, commitOf(`${index}`, { 10: [`${index}`, ""] }))).seq);
      }

      expect(seqs).toEqual([5_000_000, 5_000_001, 5_000_002, 6_000_000]);
    });

    test("undefined keeps the stored value, an empty text empties it", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", "y"] }));
      const kept = await store.upsert(groups, commitOf("2", { 10: [undefined, ""], 20: [undefined, undefined] }));
      const fresh = await store.upsert(groups, commitOf("3", { 30: [undefined, "z"], 10: [undefined, ""] }));

      expect(kept).toMatchObject({ updated: 1, unchanged: 1 });
      expect(fresh).toMatchObject({ created: 1, unchanged: 1 });
      expect(await rowsOf(store)).toEqual({ 10: ["A", ""], 20: ["B", "y"], 30: ["", "z"] });
    });

    test("columns that a commit does not name keep their values", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", "y"] }));
      await store.upsert(
        groups,
        commitOf("2", { 10: ["red", "z"], 30: ["blue", "w"] }, { columns: ["Colour", "Terms"] }),
      );
      await store.upsert(groups, commitOf("3", { 20: ["q"] }, { columns: ["Terms"] }));

      expect(await rowsOf(store, { columns: ["Name", "Terms", "Colour"] })).toEqual({
        10: ["A", "z", "red"],
        20: ["B", "q", ""],
        30: ["", "w", "blue"],
      });
    });

    test("a column is the same in any case, and its newest spelling takes nothing from what is stored", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", "y"] }));
      const same = await store.upsert(groups, commitOf("2", { 10: ["x", "A"] }, { columns: ["TERMS", "name"] }));
      const changed = await store.upsert(groups, commitOf("3", { 20: ["B2", "red"] }, { columns: ["nAME", "Colour"] }));

      expect(same).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
      expect(changed).toMatchObject({ updated: 1 });
      while (await store.compact(groups));
      for (const read of [
        ["Name", "Terms", "Colour"],
        ["NAME", "TERMS", "COLOUR"],
      ]) {
        expect(await rowsOf(store, { columns: read })).toEqual({ 10: ["A", "x", ""], 20: ["B2", "y", "red"] });
        expect((await store.find(groups, "20", read))?.values).toEqual(["B2", "y", "red"]);
      }
      expect((await readAll(store, groups, { changedSince: first.seq })).map(({ key }) => key)).toEqual(["20"]);
      await store.upsert(groups, commitOf("4", { 20: ["B3"] }, { columns: ["NAME"], truncateFirst: true }));
      expect(await rowsOf(store)).toEqual({ 20: ["B3", ""] });
    });

    test("a repeat answers the first result and reads no records, however many commits came between", async () => {
      const first = await store.upsert(groups, commitOf("first", { 10: ["A", ""] }));
      for (let index = 0; index < 6; index += 1) {
        await store.upsert(groups, commitOf(`${index}`, { 10: [`${index}`, ""] }));
        const repeat = await store.upsert(groups, {
          ...commitOf("first", {}),
          records: () => {
            throw new Error("A repeat reads nothing.");
          },
        });
        expect(repeat).toEqual({ ...first, isRepeat: true });
      }
      expect(await rowsOf(store)).toEqual({ 10: ["5", ""] });
    });

    test("keys that do not ascend are refused, and nothing is stored", async () => {
      for (const keys of [
        ["20", "10"],
        ["10", "10"],
      ]) {
        const records = async function* () {
          yield incoming(...keys.map((key) => ({ key, values: ["A", ""] })));
        };
        await expect(store.upsert(groups, { ...commitOf("1", {}), records })).rejects.toThrow("ascending key order");
      }
      expect(await store.count(groups)).toBe(0);
    });

    test("a source that fails half-way leaves nothing, and its idempotency key is free again", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["A", ""] }));
      const records = async function* () {
        yield incoming({ key: "10", values: ["B", ""] });
        throw new Error("The source broke.");
      };
      await expect(store.upsert(groups, { ...commitOf("2", {}), records })).rejects.toThrow("The source broke.");

      expect(await rowsOf(store)).toEqual({ 10: ["A", ""] });
      expect(await store.upsert(groups, commitOf("2", { 10: ["C", ""] }))).toMatchObject({
        updated: 1,
        isRepeat: false,
      });
    });

    test("a commit without records changes nothing but is remembered", async () => {
      const first = await store.upsert(groups, commitOf("1", {}));

      expect(first).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
      expect(await store.upsert(groups, commitOf("1", { 10: ["A", ""] }))).toEqual({ ...first, isRepeat: true });
    });
  });

  describe("emptying first", () => {
    test("a commit that truncates first leaves exactly its records, in one step", async () => {
      await store.upsert(groups, commitOf("1", { 10: ["A", "x"], 20: ["B", "y"] }));
      const result = await store.upsert(
        groups,
        commitOf("2", { 10: ["A", "x"], 30: ["C", undefined] }, { truncateFirst: true }),
      );

      expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0 });
      expect(await rowsOf(store)).toEqual({ 10: ["A", "x"], 30: ["C", ""] });
      expect(await store.count(groups)).toBe(2);
      expect((await store.openSnapshot(groups)).changesFloorSeq).toBe(result.seq);
    });

    test("moves the floor of incremental reads, which later commits and repeats leave where it is", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", ""], 20: ["B", ""] }));
      expect((await store.openSnapshot(groups)).changesFloorSeq).toBe(0);
      const emptied = await store.upsert(groups, commitOf("2", {}, { truncateFirst: true }));
      await store.upsert(groups, commitOf("3", { 30: ["C", ""] }));

      expect(await store.upsert(groups, commitOf("2", {}, { truncateFirst: true }))).toEqual({
        ...emptied,
        isRepeat: true,
      });
      expect(await rowsOf(store, { changedSince: first.seq })).toEqual({ 30: ["C", ""] });
      expect((await store.openSnapshot(groups)).changesFloorSeq).toBe(emptied.seq);
    });
  });

  describe("revoking", () => {
    test("refuses the commits of all attempts up to the fence, and of no later one", async () => {
      await store.upsert(groups, commitOf("other", { 10: ["A", ""] }));

      expect(await store.revoke(groups, "1", 2)).toBeUndefined();
      expect(await store.revoke(groups, "1", 1)).toBeUndefined();
      for (const fence of [1, 2]) {
        const late = store.upsert(groups, commitOf("1", { 10: ["late", ""] }, { fence }));
        await expect(late).rejects.toBeInstanceOf(CommitRevoked);
      }
      expect(await rowsOf(store)).toEqual({ 10: ["A", ""] });
      expect(await store.upsert(groups, commitOf("1", { 10: ["B", ""] }, { fence: 3 }))).toMatchObject({ updated: 1 });
      expect(await store.upsert(groups, commitOf("2", { 10: ["C", ""] }))).toMatchObject({ updated: 1 });
    });

    test("answers the commit that was there first, which then stands for every attempt", async () => {
      const first = await store.upsert(groups, commitOf("first", { 10: ["A", ""] }));
      for (let index = 0; index < 6; index += 1) {
        const { isRepeat: _, ...done } = first;
        expect(await store.revoke(groups, "first", 9)).toEqual({ ...done, isRepeat: true });
        expect(await store.upsert(groups, commitOf("first", { 10: ["B", ""] }))).toEqual({ ...first, isRepeat: true });
        await store.upsert(groups, commitOf(`${index}`, { 20: [`${index}`, ""] }));
      }
    });

    test("is left to others by whoever only looks for a commit", async () => {
      expect(await store.findCommit(groups, "1")).toBeUndefined();
      const done = await store.upsert(groups, commitOf("1", { 10: ["A", ""] }));
      for (let index = 0; index < 6; index += 1) {
        await store.upsert(groups, commitOf(`other ${index}`, { 20: [`${index}`, ""] }));
        expect(await store.findCommit(groups, "1")).toEqual({ ...done, isRepeat: true });
      }
    });

    test("stops a commit that is under way, in an entity that was never written to as well", async () => {
      for (const idempotencyKey of ["1", "2"]) {
        const records = async function* () {
          await subject.writers[1].revoke(groups, idempotencyKey, 1);
          yield incoming({ key: "10", values: ["A", ""] });
        };

        const commit = store.upsert(groups, { ...commitOf(idempotencyKey, {}), records });

        await expect(commit).rejects.toBeInstanceOf(CommitRevoked);
        expect(await rowsOf(store)).toEqual({});
        expect(await store.count(groups)).toBe(0);
      }
    });

    test("decides between a commit and its revocation that race: one of the two counts", async () => {
      for (let round = 0; round < 8; round += 1) {
        const [committed, revoked] = await Promise.allSettled([
          store.upsert(groups, commitOf(`${round}`, { [`${round}`]: ["A", ""] })),
          subject.writers[1].revoke(groups, `${round}`, 1),
        ]);

        const stands = (await store.find(groups, `${round}`, columns)) !== undefined;
        expect(committed.status).toBe(stands ? "fulfilled" : "rejected");
        expect(revoked).toMatchObject({ status: "fulfilled", value: stands ? { created: 1 } : undefined });
      }
    });
  });

  describe("an incremental read", () => {
    test("gives what changed later, and nothing that was stored again as it was", async () => {
      const first = await store.upsert(groups, commitOf("1", { 10: ["A", ""], 20: ["B", ""], 30: ["C", ""] }));
      const second = await store.upsert(groups, commitOf("2", { 10: ["A", ""], 20: ["B2", ""] }));

      expect(await rowsOf(store, { changedSince: first.seq })).toEqual({ 20: ["B2", ""] });
      expect(await rowsOf(store, { changedSince: second.seq })).toEqual({});
    });
  });

  describe("sharing", () => {
    test("four writers at once lose no update, and the count stays exact", async () => {
      const rounds = 4;
      await Promise.all(
        subject.writers.map(async (writer, mine) => {
          for (let round = 0; round < rounds; round += 1) {
            const rows = { [`own ${mine} ${round}`]: ["A", ""], shared: [undefined, undefined] };
            const change = { ...rows, shared: mine % 2 === 0 ? [`${round}`, undefined] : [undefined, `${round}`] };
            await writer.upsert(groups, commitOf(`${mine}/${round}`, change));
            if (mine === 0 && round % 2 === 1) await writer.compact(groups);
          }
        }),
      );

      const last = `${rounds - 1}`;
      expect((await store.find(groups, "shared", columns))?.values).toEqual([last, last]);
      expect(await readAll(store, groups)).toHaveLength(4 * rounds + 1);
      expect(await store.count(groups)).toBe(4 * rounds + 1);
    });

    test("the same commit from several writers takes effect once", async () => {
      const results = await Promise.all(
        subject.writers.map((writer) => writer.upsert(groups, commitOf("1", { 10: ["A", ""], 20: ["B", ""] }))),
      );

      expect(results.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
      for (const { created, seq } of results) expect([created, seq]).toEqual([2, results[0]?.seq]);
    });

    test("compacting changes nothing that can be read", async () => {
      const since = (await store.upsert(groups, commitOf("0", { 10: ["A", ""], 15: ["A", "x"], 20: ["B", ""] }))).seq;
      for (let index = 1; index < 12; index += 1) {
        await store.upsert(
          groups,
          commitOf(`${index}`, { [`${index + 10}`]: [`${index}`, ""], 15: [`${index}`, undefined] }),
        );
      }
      const reads: Partial<SnapshotRead>[] = [{}, { changedSince: since }];
      const before = await Promise.all(reads.map((read) => readAll(store, groups, read)));

      while (await store.compact(groups));

      expect(await store.needsCompaction(groups)).toBe(false);
      expect(await Promise.all(reads.map((read) => readAll(store, groups, read)))).toEqual(before);
      expect(await store.count(groups)).toBe(before[0]?.length);
    });
  });
}
