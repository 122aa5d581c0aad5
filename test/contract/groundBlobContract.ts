import { beforeAll, describe, expect, test } from "vitest";
import type { BlobCondition, Blobs } from "../../shared/storage/ground/ground.ts";
import { freshName, patternBytes, readAll } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

const mebibyte = 1024 * 1024;
const block = 4 * mebibyte;

export function blobContract(open: () => Promise<GroundHarness>): void {
  let harness: GroundHarness;
  let blobs: Blobs;
  beforeAll(async () => {
    harness = await open();
    blobs = harness.ground.blobs(freshName());
  });

  const put = async (name: string, text: string, condition: BlobCondition = "new"): Promise<string | undefined> =>
    blobs.put(name, Buffer.from(text), { condition });
  const textOf = async (name: string): Promise<string | undefined> =>
    (await readAll(await blobs.read(name)))?.toString();

  describe("a blob", () => {
    test("is not there before it is put, in a container that was never used", async () => {
      const unused = harness.ground.blobs(freshName());

      expect(await unused.find("a")).toBeUndefined();
      expect(await unused.findFacts("a")).toBeUndefined();
      expect(await unused.read("a")).toBeUndefined();
      expect(await unused.remove("a")).toBe(false);
      expect(await unused.list("", { limit: 10 })).toEqual({ items: [] });
    });

    test("comes back with its bytes, its size and its metadata, by every way to ask", async () => {
      const bytes = patternBytes(1000);
      const metadata = { sha: "a+b/c==", label: 'x "y" z; ~' };
      const etag = await blobs.put("whole/it", bytes, { condition: "new", metadata });

      const facts = await blobs.findFacts("whole/it");
      expect(etag).toBeDefined();
      expect(await blobs.find("whole/it")).toEqual({ bytes: new Uint8Array(bytes), etag });
      expect(await readAll(await blobs.read("whole/it"))).toEqual(bytes);
      expect(facts).toEqual({ sizeBytes: 1000, etag, createdAt: facts?.createdAt, metadata });
      expect(await blobs.list("whole/", { limit: 10 })).toEqual({ items: [{ name: "whole/it", ...facts }] });
    });

    test("tells when it was created, to the second", async () => {
      await put("created", "x");

      const createdAt = (await blobs.findFacts("created"))?.createdAt ?? 0;
      expect(createdAt % 1000).toBe(0);
      expect(createdAt).toBeGreaterThan(0);
    });

    test("may be empty", async () => {
      await put("empty", "");

      expect((await blobs.find("empty"))?.bytes).toHaveLength(0);
      expect(await textOf("empty")).toBe("");
    });

    test("may have spaces, quotes, percent signs and letters of any alphabet in its name", async () => {
      const name = 'dir/Søren\'s 100% "會社" + #1?.csv';
      await put(name, "x");

      expect(await textOf(name)).toBe("x");
      expect((await blobs.list("dir/S", { limit: 10 })).items.map((item) => item.name)).toEqual([name]);
      expect(await blobs.remove(name)).toBe(true);
    });

    test("is not shared with the caller that wrote or read it", async () => {
      const bytes = Buffer.from("first");
      await blobs.put("shared", bytes, { condition: "new" });
      bytes.fill(0);
      (await blobs.find("shared"))?.bytes.fill(0);

      expect(await textOf("shared")).toBe("first");
    });

    test("is put new by exactly one of twenty that try at once", async () => {
      const fresh = harness.ground.blobs(freshName());

      const etags = await Promise.all(
        Array.from({ length: 20 }, (_, number) => fresh.put("race", Buffer.from(`${number}`), { condition: "new" })),
      );

      const winner = etags.findIndex((etag) => etag !== undefined);
      const found = await fresh.find("race");
      expect(etags.filter((etag) => etag !== undefined)).toHaveLength(1);
      expect(found?.etag).toBe(etags[winner]);
      expect(Buffer.from(found?.bytes ?? []).toString()).toBe(`${winner}`);
    });

    test("is replaced by exactly one of ten that hold the same ETag", async () => {
      const first = (await put("replaced", "first")) ?? "";

      const etags = await Promise.all(
        Array.from({ length: 10 }, async (_, number) => put("replaced", `${number}`, { etag: first })),
      );

      const winner = etags.findIndex((etag) => etag !== undefined);
      expect(etags.filter((etag) => etag !== undefined)).toHaveLength(1);
      expect(await textOf("replaced")).toBe(`${winner}`);
      expect((await blobs.findFacts("replaced"))?.etag).toBe(etags[winner]);
    });

    test("that is gone cannot be replaced at its ETag, but can be put whatever stands there", async () => {
      const etag = (await put("gone", "x")) ?? "";

      expect(await blobs.remove("gone")).toBe(true);
      expect(await blobs.remove("gone")).toBe(false);
      expect(await put("gone", "y", { etag })).toBeUndefined();
      expect(await blobs.findFacts("gone")).toBeUndefined();
      expect(await put("gone", "z", "any")).toBeDefined();
      expect(await put("gone", "zz", "any")).toBeDefined();
      expect(await textOf("gone")).toBe("zz");
    });

    test("is removed in the version that was looked at, and in no other", async () => {
      const first = (await put("seen", "x")) ?? "";
      const second = (await put("seen", "y", { etag: first })) ?? "";

      expect(await blobs.remove("seen", first)).toBe(false);
      expect(await textOf("seen")).toBe("y");
      expect(await blobs.remove("seen", second)).toBe(true);
      expect(await blobs.findFacts("seen")).toBeUndefined();
    });

    test("that is put while others look for it is found whole or not at all", async () => {
      for (let round = 0; round < 20; round += 1) {
        const name = `appearing/${round}`;
        const looks = [1, 2, 3, 4].map(async () => blobs.find(name));
        const reads = [1, 2].map(async () => readAll(await blobs.read(name)));
        const etag = await put(name, "whole");

        for (const found of await Promise.all(looks)) {
          expect([undefined, { bytes: new Uint8Array(Buffer.from("whole")), etag }]).toContainEqual(found);
        }
        for (const bytes of await Promise.all(reads)) expect([undefined, "whole"]).toContain(bytes?.toString());
      }
    });

    for (const [what, name] of [
      ["nothing in it", ""],
      ["a backslash", "a\\b"],
      ["a dot at its end", "a."],
      ["a parent directory", "a/../b"],
      ["a control character", "a\nb"],
    ] as const) {
      test(`is refused with a name with ${what}`, async () => {
        await expect(put(name, "x")).rejects.toThrow(RangeError);
      });
    }

    test("is refused with metadata that a header cannot carry unchanged", async () => {
      for (const metadata of [{ Key: "x" }, { key: "ø" }, { key: " x" }, { key: "a\r\nb" }, { groundwriter: "x" }]) {
        await expect(blobs.put("meta", Buffer.from(""), { condition: "any", metadata })).rejects.toThrow(RangeError);
      }
    });
  });

  describe("a range of a blob", () => {
    for (const [offset, length, expected] of [
      [0, undefined, "0123456789"],
      [4, undefined, "456789"],
      [4, 3, "456"],
      [4, 100, "456789"],
      [0, 0, ""],
      [9, 1, "9"],
      [10, undefined, ""],
      [11, 5, ""],
    ] as const) {
      test(`from ${offset} of ${length ?? "any"} bytes is "${expected}"`, async () => {
        await put("digits", "0123456789", "any");

        expect((await readAll(await blobs.read("digits", offset, length)))?.toString()).toBe(expected);
      });
    }

    test("of a blob that is not there is not there, even when it asks for no bytes", async () => {
      expect(await blobs.read("nothing", 0, 0)).toBeUndefined();
      expect(await blobs.read("nothing", 5, 5)).toBeUndefined();
    });

    test("of an empty blob is empty", async () => {
      await put("hollow", "", "any");

      expect((await readAll(await blobs.read("hollow", 0, 5)))?.length).toBe(0);
    });

    test("may be left in the middle", async () => {
      await blobs.put("left", patternBytes(block), { condition: "any" });
      for await (const chunk of (await blobs.read("left")) ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }

      expect((await readAll(await blobs.read("left", 0, 4)))?.length).toBe(4);
    });
  });

  describe("a list of blobs", () => {
    test("has those with the prefix, in name order, in pages of at most the limit", async () => {
      const fresh = harness.ground.blobs(freshName());
      const names = ["a/1", "a/10", "a/2", "a/B", "a/b", "a/c/d"];
      for (const name of [...names, "b/1", "a"]) await fresh.put(name, Buffer.from(name), { condition: "new" });

      const listed: string[][] = [];
      let continuation: string | undefined;
      do {
        const page = await fresh.list("a/", continuation === undefined ? { limit: 4 } : { limit: 4, continuation });
        listed.push(page.items.map((item) => item.name));
        continuation = page.continuation;
      } while (continuation !== undefined && listed.length < 100);

      expect(listed.flat()).toEqual(names);
      expect(listed.every((page) => page.length <= 4)).toBe(true);
    });
  });
}
