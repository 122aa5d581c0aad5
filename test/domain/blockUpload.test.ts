import { describe, expect, test } from "vitest";
import {
  type Arrival,
  blockBytes,
  blockCountOf,
  blockIdOf,
  isSameUpload,
  wholenessOf,
} from "../../shared/domain/blockUpload.ts";

const threeBlocks = { sizeBytes: 2 * blockBytes + 5 };

function arrived(...blocks: readonly (readonly [index: number, sizeBytes: number])[]): Arrival {
  return { blocks: blocks.map(([index, sizeBytes]) => ({ id: blockIdOf(index), sizeBytes, isJoined: false })) };
}

const all = [
  [0, blockBytes],
  [1, blockBytes],
  [2, 5],
] as const;

describe("a file in blocks", () => {
  test("is cut into blocks of one size and a last one with the rest", () => {
    expect([1, blockBytes, blockBytes + 1].map(blockCountOf)).toEqual([1, 1, 2]);
  });

  test("has ids of one length, which are the number in base64", () => {
    expect([0, 17, 32_767].map(blockIdOf)).toEqual(["MDAwMDAw", "MDAwMDE3", "MDMyNzY3"]);
    expect(Buffer.from(blockIdOf(17), "base64").toString()).toBe("000017");
  });

  test("is whole with all of its blocks, in whatever order they came and whatever else came", () => {
    const ids = [0, 1, 2].map(blockIdOf);

    expect(wholenessOf(threeBlocks, arrived(...all.toReversed()))).toEqual({ kind: "blocks", ids });
    expect(wholenessOf(threeBlocks, arrived(...all, [3, 7]))).toEqual({ kind: "blocks", ids });
  });

  test("tells the gaps between the blocks that came, and counts one of another size as a gap", () => {
    expect(wholenessOf(threeBlocks, arrived())).toEqual({
      kind: "missing",
      receivedBlocks: 0,
      missing: [{ from: 0, through: 2 }],
    });
    expect(wholenessOf(threeBlocks, arrived([0, blockBytes - 1], [1, blockBytes], [2, 6]))).toEqual({
      kind: "missing",
      receivedBlocks: 1,
      missing: [
        { from: 0, through: 0 },
        { from: 2, through: 2 },
      ],
    });
  });

  test("is whole as its sender put it together, by whatever ids, when it has the size that was told", () => {
    const blob = { etag: '"1"', sizeBytes: threeBlocks.sizeBytes };
    const joined = { id: "own", sizeBytes: blob.sizeBytes, isJoined: true };

    expect(wholenessOf(threeBlocks, { blob, blocks: [] })).toEqual({ kind: "whole", etag: '"1"' });
    expect(wholenessOf(threeBlocks, { blob, blocks: [joined] })).toEqual({ kind: "whole", etag: '"1"' });
  });

  test("is put together anew when a block came after that, or the size is another", () => {
    const blob = { etag: '"1"', sizeBytes: threeBlocks.sizeBytes };
    const late = arrived(...all).blocks.map((block, index) => ({ ...block, isJoined: index > 0 }));

    expect(wholenessOf(threeBlocks, { blob, blocks: late }).kind).toBe("blocks");
    expect(wholenessOf(threeBlocks, { blob: { ...blob, sizeBytes: 3 }, blocks: [] }).kind).toBe("missing");
  });
});

describe("a reservation that is repeated", () => {
  const facts = { sizeBytes: 9, sha256: "a", entity: "Customer groups", company: "USMF", externalIdentifier: "a.csv" };

  test("is the same with the same facts, in whatever case, and where only one of them tells the hash", () => {
    const { sha256: _, ...withoutHash } = facts;

    expect(isSameUpload(facts, { ...facts, entity: "CUSTOMER GROUPS", company: "usmf" })).toBe(true);
    expect(isSameUpload(facts, withoutHash)).toBe(true);
    expect(isSameUpload(withoutHash, facts)).toBe(true);
  });

  for (const change of [{ sizeBytes: 8 }, { sha256: "b" }, { entity: "Vendors" }, { externalIdentifier: "b.csv" }]) {
    test(`is another one with ${JSON.stringify(change)}`, () => {
      expect(isSameUpload(facts, { ...facts, ...change })).toBe(false);
    });
  }
});
