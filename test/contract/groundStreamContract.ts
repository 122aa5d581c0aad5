import { beforeAll, describe, expect, test } from "vitest";
import type { BlobCondition, Blobs } from "../../shared/storage/ground/ground.ts";
import { failingAfter, freshName, patternBytes, readAll, reusedChunks } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

const mebibyte = 1024 * 1024;
const block = 4 * mebibyte;

export function streamContract(open: () => Promise<GroundHarness>): void {
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

  describe("a streamed blob", () => {
    for (const sizeBytes of [0, 1, block, block + 1, 10 * mebibyte]) {
      test(`of ${sizeBytes} bytes comes back as it went in`, async () => {
        const bytes = patternBytes(sizeBytes);
        const name = `streamed/${sizeBytes}`;

        const stored = await blobs.putStream(name, reusedChunks(bytes, 65_521), {
          condition: "new",
          metadata: { kind: "streamed" },
        });

        const facts = await blobs.findFacts(name);
        expect(stored).toEqual({ etag: facts?.etag, sizeBytes });
        expect(facts).toMatchObject({ sizeBytes, metadata: { kind: "streamed" } });
        expect((await readAll(await blobs.read(name)))?.equals(bytes)).toBe(true);
      });
    }

    test("of one chunk larger than several blocks comes back as it went in", async () => {
      const bytes = patternBytes(2 * block + 77);

      await blobs.putStream("streamed/once", reusedChunks(bytes, bytes.length), { condition: "new" });

      expect((await readAll(await blobs.read("streamed/once")))?.equals(bytes)).toBe(true);
    });

    for (const sizeBytes of [10, block + 1, 3 * block]) {
      for (const condition of ["new", "any"] as const) {
        test(`leaves nothing (${condition}) when its source throws after ${sizeBytes} bytes`, async () => {
          const name = `thrown/${condition}/${sizeBytes}`;

          const storing = blobs.putStream(name, failingAfter(patternBytes(sizeBytes), 65_536), { condition });

          await expect(storing).rejects.toThrow("the caller hung up");
          expect(await blobs.findFacts(name)).toBeUndefined();
          expect(await blobs.list("thrown/", { limit: 10 })).toEqual({ items: [] });
          expect(await put(name, "a later one")).toBeDefined();
          expect(await textOf(name)).toBe("a later one");
          await blobs.remove(name);
        });
      }

      test(`keeps what stood there when its source throws after ${sizeBytes} bytes`, async () => {
        const name = `kept/${sizeBytes}`;
        const etag = (await put(name, "standing")) ?? "";

        for (const condition of ["new", "any", { etag }] as const) {
          const storing = blobs.putStream(name, failingAfter(patternBytes(sizeBytes), 65_536), { condition });
          await expect(storing).rejects.toThrow("the caller hung up");
        }

        expect(await textOf(name)).toBe("standing");
        expect((await blobs.findFacts(name))?.etag).toBe(etag);
      });

      test(`of ${sizeBytes} bytes is read to its end and keeps what stood there when its condition does not hold`, async () => {
        const name = `lost/${sizeBytes}`;
        const first = (await put(name, "first")) ?? "";
        const second = (await put(name, "second", { etag: first })) ?? "";

        for (const condition of ["new", { etag: first }] as const) {
          let readBytes = 0;
          const counted = async function* (): AsyncGenerator<Uint8Array> {
            for await (const chunk of reusedChunks(patternBytes(sizeBytes), 65_536)) {
              readBytes += chunk.length;
              yield chunk;
            }
          };
          expect(await blobs.putStream(name, counted(), { condition })).toBeUndefined();
          expect(readBytes).toBe(sizeBytes);
        }

        expect(await textOf(name)).toBe("second");
        expect((await blobs.findFacts(name))?.etag).toBe(second);
      });
    }

    test("is stored new by exactly one of four that stream at once", async () => {
      const stored = await Promise.allSettled(
        [1, 2, 3, 4].map(async (number) =>
          blobs.putStream("streamrace", reusedChunks(patternBytes(block + number), 65_536), { condition: "new" }),
        ),
      );

      // A loser may be told so, or fail because the winner's commit dropped its blocks; it is never told that it won.
      const won = stored.flatMap((one) => (one.status === "fulfilled" && one.value ? [one.value] : []));
      expect(won).toHaveLength(1);
      expect(await blobs.findFacts("streamrace")).toMatchObject(won[0] ?? {});
    });

    test("replaces one that stood there at its ETag", async () => {
      const first = (await put("over", "small")) ?? "";
      const bytes = patternBytes(block + 5);

      const stored = await blobs.putStream("over", reusedChunks(bytes, 65_536), { condition: { etag: first } });

      expect(stored?.sizeBytes).toBe(block + 5);
      expect((await readAll(await blobs.read("over")))?.equals(bytes)).toBe(true);
    });
  });
}
