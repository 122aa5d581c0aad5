import { describe, expect, test } from "vitest";
import { type OpenStoresFor, chunksOf, job, noon, pagesOf, textOf } from "./storesHarness.ts";

async function* hangingUp(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("half a file");
  throw new Error("the caller hung up");
}

export function filesContract(name: string, open: OpenStoresFor): void {
  describe(`files on ${name}`, () => {
    test("come back as they were stored, whole or in part", async () => {
      const { files } = (await open()).stores;

      expect(await files.store("inbound", "a", chunksOf("hello ", "", "world"))).toEqual({ sizeBytes: 11 });
      expect(await textOf(files.read("inbound", "a"))).toBe("hello world");
      expect(await textOf(files.read("inbound", "a", 6))).toBe("world");
      expect(await textOf(files.read("inbound", "a", 3, 4))).toBe("lo w");
    });

    test("are stored once under a name, each room by itself", async () => {
      const { files } = (await open()).stores;
      await files.store("inbound", "a", chunksOf("first"));

      expect(await files.store("inbound", "a", chunksOf("second"))).toBeUndefined();
      expect(await files.store("outbound", "a", chunksOf("other"))).toEqual({ sizeBytes: 5 });
      expect(await textOf(files.read("inbound", "a"))).toBe("first");
      expect(await textOf(files.read("outbound", "a"))).toBe("other");
    });

    test("leave nothing behind when their source throws", async () => {
      const { files } = (await open()).stores;

      await expect(files.store("inbound", "a", hangingUp())).rejects.toThrow("hung up");
      expect(await files.findFacts("inbound", "a")).toBeUndefined();
      expect(await files.store("inbound", "a", chunksOf("whole"))).toEqual({ sizeBytes: 5 });
    });

    test("tell their size, their age, their ETag, and the job that they belong to, if any", async () => {
      const { files } = (await open()).stores;
      await files.store("inbound", "a", chunksOf("four"), job(1));
      await files.store("inbound", "b", chunksOf());

      const facts = await files.findFacts("inbound", "a");

      expect(facts).toMatchObject({ sizeBytes: 4, activityId: job(1) });
      expect(facts?.createdAt).toBeGreaterThanOrEqual(noon);
      expect(facts?.etag).toMatch(/^".+"$/);
      expect((await files.findFacts("inbound", "b"))?.etag).not.toBe(facts?.etag);
      expect(await files.findFacts("inbound", "b")).not.toHaveProperty("activityId");
      expect(await files.findFacts("inbound", "c")).toBeUndefined();
    });

    test("that are not there throw notFound when they are read", async () => {
      const { files } = (await open()).stores;

      await expect(textOf(files.read("inbound", "a"))).rejects.toMatchObject({ code: "notFound" });
    });

    test("are listed by prefix in name order, with what they tell, page by page", async () => {
      const { files } = (await open()).stores;
      for (const one of ["b/2", "a", "b/1", "b/10", "c"]) await files.store("outbound", one, chunksOf(one), job(1));

      const pages = await pagesOf((page) => files.list("outbound", "b/", page), 2);

      expect(pages.flat().map((file) => file.name)).toEqual(["b/1", "b/10", "b/2"]);
      expect(pages[0]?.[1]).toMatchObject({ name: "b/10", sizeBytes: 4, activityId: job(1) });
    });

    test("are removed, also when they are gone already", async () => {
      const { files } = (await open()).stores;
      await files.store("inbound", "a", chunksOf("x"));

      await files.remove("inbound", "a");
      await files.remove("inbound", "a");

      expect(await files.findFacts("inbound", "a")).toBeUndefined();
    });
  });
}
