import { beforeAll, describe, expect, test } from "vitest";
import type { Blobs } from "../../shared/storage/ground/ground.ts";
import type { Valet } from "../../shared/storage/ground/valet.ts";
import { freshName, readAll } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

const hourMs = 3_600_000;
const ids = ["MDAwMDAw", "MDAwMDAx", "MDAwMDAy"];
const [first = "", second = "", third = ""] = ids;

export function valetContract(open: () => Promise<GroundHarness>): void {
  let harness: GroundHarness;
  let container: string;
  let valet: Valet;
  let blobs: Blobs;
  beforeAll(async () => {
    harness = await open();
    container = freshName();
    valet = harness.ground.valet(container);
    blobs = harness.ground.blobs(container);
  });

  // The account and a clock in memory are years apart: far from both.
  const addressOf = (name: string): Promise<string> => valet.address(name, "write", Date.now() + hourMs);
  const textOf = async (name: string): Promise<string | undefined> =>
    (await readAll(await blobs.read(name)))?.toString();
  const putBlocks = async (name: string, ...texts: readonly string[]): Promise<void> => {
    const address = await addressOf(name);
    for (const [index, text] of [...texts.entries()].toReversed()) {
      expect(await harness.put(address, ids[index], Buffer.from(text))).toBe(true);
    }
  };

  describe("what others write", () => {
    test("is not there before it comes", async () => {
      expect(await valet.look("none")).toEqual({ blocks: [] });
      await valet.clear("none");
      expect(await blobs.findFacts("none")).toBeUndefined();
    });

    test("comes in blocks, in any order and again, of which the last counts, and is joined in the order that is asked", async () => {
      await putBlocks("joined", "one ", "two ", "three");
      await putBlocks("joined", "ONE ");
      expect(await blobs.findFacts("joined")).toBeUndefined();
      const { blob, blocks } = await valet.look("joined");
      expect(blob).toBeUndefined();
      expect(blocks.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: first, sizeBytes: 4, isJoined: false },
        { id: second, sizeBytes: 4, isJoined: false },
        { id: third, sizeBytes: 5, isJoined: false },
      ]);

      const etag = await valet.join("joined", [first, second, third]);

      expect(await textOf("joined")).toBe("ONE two three");
      const joined = await valet.look("joined");
      expect(joined.blob).toEqual({ etag, sizeBytes: 13 });
      expect(joined.blocks.every(({ isJoined }) => isJoined)).toBe(true);
    });

    test("shows a block that comes after the join, and is joined with those that stand", async () => {
      await putBlocks("late", "one", "two");
      await valet.join("late", [first, second]);
      await putBlocks("late", "ONE");

      const { blocks } = await valet.look("late");
      expect(blocks.filter(({ isJoined }) => !isJoined).map(({ id }) => id)).toEqual([first]);
      expect(await textOf("late")).toBe("onetwo");
      await valet.join("late", [first, second]);
      expect(await textOf("late")).toBe("ONEtwo");
    });

    test("may come whole", async () => {
      expect(await harness.put(await addressOf("whole"), undefined, Buffer.from("all of it"))).toBe(true);

      expect(await valet.look("whole")).toMatchObject({ blob: { sizeBytes: 9 }, blocks: [] });
    });

    test("is not joined of a block that is not there", async () => {
      await putBlocks("lacking", "one");

      expect(await valet.join("lacking", [first, second])).toBeUndefined();
      expect(await blobs.findFacts("lacking")).toBeUndefined();
    });

    test("is copied at the version that was looked at, and at no other", async () => {
      await putBlocks("source", "one");
      const etag = (await valet.join("source", [first])) ?? "";
      const source = { container, name: "source", etag };
      const metadata = { kind: "copied" };

      expect(await valet.copy(source, "copies/1", metadata)).toEqual({ sizeBytes: 3 });
      expect(await valet.copy(source, "copies/1", metadata)).toBeUndefined();
      await harness.put(await addressOf("source"), undefined, Buffer.from("another"));
      expect(await valet.copy(source, "copies/2", metadata)).toBeUndefined();
      await valet.clear("source");
      expect(await valet.copy(source, "copies/2", metadata)).toBeUndefined();

      expect(await textOf("copies/1")).toBe("one");
      expect((await blobs.findFacts("copies/1"))?.metadata).toEqual(metadata);
      expect(await blobs.findFacts("copies/2")).toBeUndefined();
    });

    test("goes with its blocks, joined or not", async () => {
      await putBlocks("cleared", "one", "two");
      await valet.join("cleared", [first]);
      await putBlocks("cleared", "", "two");

      await valet.clear("cleared");

      expect(await valet.look("cleared")).toEqual({ blocks: [] });
      expect(await valet.join("cleared", [second])).toBeUndefined();
    });

    test("is read under an address for that, with the name that it has there, until the address ends", async () => {
      await blobs.put("found", Buffer.from("bytes"), { condition: "new" });
      const disposition = `attachment; filename="a b.csv"; filename*=UTF-8''a%20b.csv`;
      const open = (until: number, name = "found") => valet.address(name, "read", until, disposition);

      expect(await harness.get(await open(Date.now() + hourMs))).toEqual({ text: "bytes", disposition });
      expect(await harness.get(await open(Date.now() + hourMs, "not there"))).toBeUndefined();
      expect(await harness.get(await open(Date.UTC(2026, 0, 1)))).toBeUndefined();
      expect(await harness.get(await addressOf("found"))).toBeUndefined();
    });

    test("is named by its address, by whatever right it was given, and by none that leads elsewhere", async () => {
      const address = await addressOf("named-1");
      const bare = address.split("?")[0] ?? "";
      const read = await valet.address("named-1", "read", Date.now() + hourMs);
      expect([address, bare, read].map((each) => valet.nameBehind(each))).toEqual(["named-1", "named-1", "named-1"]);

      const elsewhere = await harness.ground.valet(freshName()).address("named-1", "read", Date.now() + hourMs);
      const others = [
        elsewhere,
        bare.replace("//", "//user:secret@"),
        bare.replace("//", "//files.example/"),
        bare.replace(/^\w+:/u, "ftp:"),
        bare.replace("named-1", "named-1/.."),
        bare.replace("named-1", "a/named-1"),
        bare.replace("named-1", "%2e%2e%2fother"),
        bare.replace("named-1", ""),
        "",
        "not an address",
        "x".repeat(100_000),
      ];
      expect(others.filter((each) => valet.nameBehind(each) !== undefined)).toEqual([]);
    });

    test("is refused under the address by which it is read", async () => {
      const address = await valet.address("read", "read", Date.now() + hourMs);

      expect(await harness.put(address, undefined, Buffer.from("more"))).toBe(false);
      expect(await valet.look("read")).toEqual({ blocks: [] });
    });

    test("is refused under an address that has ended", async () => {
      const address = await valet.address("ended", "write", Date.UTC(2026, 0, 1));

      expect(await harness.put(address, first, Buffer.from("late"))).toBe(false);
      expect(await valet.look("ended")).toEqual({ blocks: [] });
    });
  });
}
