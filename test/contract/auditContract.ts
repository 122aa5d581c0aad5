import { describe, expect, test } from "vitest";
import type { AuditEntry, AuditFilter } from "../../shared/domain/auditEntry.ts";
import type { Page } from "../../shared/ports/stored.ts";
import { auditStore } from "../../shared/storage/ledger/audit.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { firstRows } from "../../shared/storage/rows/rowPages.ts";
import { auditAsFirstRelease } from "../support/firstRelease.ts";
import { type OpenStoresFor, applicationId, job, noon } from "./storesHarness.ts";

const day = 86_400_000;
const somebody = "00000000-0000-4000-8000-0000000000e1";
const all = { from: "0", below: "~" };
const vendors = { kind: "project", target: "Vendors" } as const;

function entry(at: number, facts: Partial<AuditEntry> = {}): AuditEntry {
  return { at, applicationId, action: "save", ...vendors, detail: "version 2", ...facts };
}

const detailsOf = (page: Page<AuditEntry>): readonly string[] => page.items.map(({ detail }) => detail);

export function auditContract(name: string, open: OpenStoresFor): void {
  describe(`the audit trail on ${name}`, () => {
    test("keeps the first alone of those that are written once, in each of its lists", async () => {
      const { stores, others } = await open();
      await stores.audit.record(entry(noon, { detail: "first" }), "a");
      await others.audit.record(entry(noon, { detail: "again", person: { objectId: somebody, name: "S" } }), "a");
      await others.audit.record(entry(noon, { detail: "other" }), "b");

      for (const filter of [{}, { object: vendors }]) {
        expect(detailsOf(await stores.audit.list(filter, { limit: 9 })).toSorted()).toEqual(["first", "other"]);
      }
      expect(detailsOf(await stores.audit.list({ personId: somebody }, { limit: 9 }))).toEqual([]);
    });

    test("keeps every entry of a day, also those of one moment, newest first", async () => {
      const { stores, others } = await open();
      await Promise.all(["a", "b"].map((detail) => stores.audit.record(entry(noon, { detail }))));
      const last = entry(noon + 1, { action: "retry", kind: "message", target: job(9), activityId: job(1) });
      await others.audit.record(last);

      const { items } = await stores.audit.list({}, { limit: 9 });

      expect(items[0]).toEqual(last);
      expect(
        items
          .slice(1)
          .map(({ detail }) => detail)
          .toSorted(),
      ).toEqual(["a", "b"]);
    });

    test("is read page by page, and what comes meanwhile moves nothing", async () => {
      const { audit } = (await open()).stores;
      for (let number = 0; number < 5; number++) await audit.record(entry(noon + number, { detail: `${number}` }));

      const first = await audit.list({}, { limit: 2 });
      await audit.record(entry(noon + 9, { detail: "later" }));
      const second = await audit.list({}, { limit: 2, continuation: first.continuation! });
      const third = await audit.list({}, { limit: 2, continuation: second.continuation! });

      expect([first, second, third].map(detailsOf)).toEqual([["4", "3"], ["2", "1"], ["0"]]);
      expect(third.continuation).toBeUndefined();
    });

    test("finds what one application did, what was done to one thing, and both at once", async () => {
      const { audit } = (await open()).stores;
      const byHand = { kind: "message", target: job(8), activityId: job(1), applicationId: somebody } as const;
      await audit.record(entry(noon, { detail: "first" }));
      await audit.record(entry(noon + 1, { detail: "second", applicationId: somebody }));
      await audit.record(entry(noon + 2, { detail: "another", target: "Vendors 2" }));
      await audit.record(entry(noon + 3, { detail: "an entity", kind: "entity" }));
      await audit.record(entry(noon + 4, { detail: "a message", ...byHand }));

      const find = async (filter: AuditFilter) => detailsOf(await audit.list(filter, { limit: 9 }));

      expect(await find({ applicationId: somebody })).toEqual(["a message", "second"]);
      expect(await find({ object: { kind: "project", target: "VENDORS" } })).toEqual(["second", "first"]);
      expect(await find({ object: vendors, applicationId })).toEqual(["first"]);
      expect(await find({ object: { kind: "message", target: job(8) } })).toEqual(["a message"]);
      expect(await find({ object: { kind: "job", target: job(1) }, applicationId: somebody })).toEqual(["a message"]);
      expect(await find({ object: { kind: "job", target: job(2) } })).toEqual([]);
    });

    test("finds what one person did, by whichever application, and names them as they were", async () => {
      const { audit } = (await open()).stores;
      const person = { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" };
      const renamed = { ...person, name: "b@demo.example" };
      const somebodyElse = { objectId: "00000000-0000-4000-9000-0000000000d3", name: "a@demo.example" };
      await audit.record(entry(noon, { detail: "first", person }));
      await audit.record(entry(noon + 1, { detail: "another's", person: somebodyElse }));
      await audit.record(entry(noon + 2, { detail: "nobody's" }));
      const message = { kind: "message", target: job(8), activityId: job(1) } as const;
      await audit.record(entry(noon + 3, { detail: "second", person: renamed, applicationId: somebody, ...message }));

      const { objectId: personId } = person;
      const find = async (filter: AuditFilter) => detailsOf(await audit.list({ personId, ...filter }, { limit: 9 }));

      expect(await find({})).toEqual(["second", "first"]);
      expect(await find({ applicationId })).toEqual(["first"]);
      expect(await find({ object: vendors })).toEqual(["first"]);
      expect(await find({ object: { kind: "job", target: job(1) } })).toEqual(["second"]);
      expect(await find({ object: { kind: "message", target: job(8) }, applicationId: somebody })).toEqual(["second"]);
      expect(await find({ object: vendors, applicationId: somebody })).toEqual([]);
      expect(detailsOf(await audit.list({ applicationId }, { limit: 9 }))).toEqual(["nobody's", "another's", "first"]);
      const { items } = await audit.list({ personId }, { limit: 9 });
      expect(items.map((each) => each.person)).toEqual([renamed, person]);
      expect(await audit.removeBefore(noon + 9, 9)).toBe(4);
      expect(await find({})).toEqual([]);
    });

    test("finds what was done from one time to another", async () => {
      const { audit } = (await open()).stores;
      for (let number = 0; number < 4; number++) await audit.record(entry(noon + number, { detail: `${number}` }));

      const find = async (filter: AuditFilter) => detailsOf(await audit.list(filter, { limit: 9 }));

      expect(await find({ from: noon + 1, to: noon + 3 })).toEqual(["2", "1"]);
      expect(await find({ from: noon + 2, object: vendors })).toEqual(["3", "2"]);
      expect(await find({ to: noon + 1, applicationId })).toEqual(["0"]);
      expect(await find({ to: 0 })).toEqual([]);
    });

    test("reads no more rows for a page than it holds, however long the trail is", async () => {
      const { ground, stores } = await open();
      for (let number = 0; number < 40; number++) {
        await stores.audit.record(entry(noon + number, { target: `${number % 20}` }));
      }
      let rowsRead = 0;
      const table: Ground["table"] = (tableName) => {
        const inner = ground.table(tableName);
        const list: typeof inner.list = async (...asked) => {
          const page = await inner.list(...asked);
          rowsRead += page.rows.length;
          return page;
        };
        return { ...inner, list };
      };

      const page = await auditStore({ ...ground, table }).list({ object: { ...vendors, target: "7" } }, { limit: 2 });

      expect([page.items.length, rowsRead]).toEqual([2, 2]);
    });

    test("refuses a continuation that belongs to another question", async () => {
      const { audit } = (await open()).stores;
      for (const at of [noon, noon + 1]) await audit.record(entry(at));
      const { continuation } = await audit.list({ object: vendors }, { limit: 1 });

      await expect(audit.list({}, { limit: 1, continuation: continuation! })).rejects.toMatchObject({
        code: "invalid",
      });
    });

    test("keeps who was refused, and names nobody where an entry stands for many", async () => {
      const { audit } = (await open()).stores;
      const [first, second] = ["d2", "d3"].map((end) => ({
        objectId: `00000000-0000-4000-9000-0000000000${end}`,
        name: `${end}@demo.example`,
      }));
      const refuse = (person: typeof first, target: string) =>
        audit.recordRefusal({ at: noon, applicationId, ...(person && { person }), target, detail: "not listed" });
      await refuse(first, "same");
      await refuse(second, "same");
      await refuse(first, "same");
      for (let asked = 0; asked < 20; asked++) await refuse(first, `probe ${asked}`);

      const { items } = await audit.list({}, { limit: 99 });

      expect(
        items
          .filter(({ target }) => target === "same")
          .map(({ person }) => person?.name ?? "")
          .toSorted(),
      ).toEqual(["d2@demo.example", "d3@demo.example"]);
      expect(items.filter(({ target }) => target === "").map(({ person }) => person)).toEqual([undefined]);
      expect(items).toHaveLength(11);
    });

    test("keeps the refusals of an application, and few of them in one minute", async () => {
      const { audit } = (await open()).stores;
      const refuse = (target: string, at = noon, by = applicationId) =>
        audit.recordRefusal({ at, applicationId: by, target, detail: "unknown activity id" });
      for (let asked = 0; asked < 50; asked++) await refuse("same");
      for (let asked = 0; asked < 50; asked++) await refuse(`probe ${asked}`);
      await refuse("same", noon, somebody);
      await refuse("same", noon + 60_000);

      const { items } = await audit.list({}, { limit: 99 });

      expect(items.every(({ action, kind }) => action === "refuse" && kind === "job")).toBe(true);
      const shown = items.map(({ applicationId: by, at, target }) => `${by} ${at - noon} ${target}`);
      const probes = Array.from({ length: 9 }, (_, number) => `${applicationId} 0 probe ${number}`);
      const expected = [`${applicationId} 0 same`, ...probes, `${applicationId} 0 `, `${applicationId} 60000 same`];
      expect(shown.toSorted()).toEqual([...expected, `${somebody} 0 same`].toSorted());
      expect(items.find(({ target }) => target === "")?.detail).toContain("further refusals");
    });

    test("loses what is older, a bounded number of entries at a time, out of every list", async () => {
      const { ground, stores } = await open();
      for (const at of [noon, noon + 1, noon + 2, noon + day, noon + 2 * day]) await stores.audit.record(entry(at));

      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(2);
      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(1);
      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(0);

      for (const filter of [{}, { applicationId }, { object: vendors }, { object: vendors, applicationId }]) {
        const { items } = await stores.audit.list(filter, { limit: 9 });
        expect(items.map(({ at }) => at)).toEqual([noon + 2 * day, noon + day]);
      }
      expect((await firstRows(ground.table(tableNames.audit), "trail", all, 99)).length).toBe(2 * 4);
    });

    test("reads what release 0.1.0 wrote as if it had been written today, once, and loses it as well", async () => {
      const { ground, stores, others } = await open();
      const earlier = { at: noon, applicationId, action: "save project", target: "Vendors", detail: "version 1" };
      const [message, byHand] = [job(8), `${job(1)}: Sent twice.`];
      for (let number = 0; number < 3; number++) {
        await auditAsFirstRelease(ground, { ...earlier, at: noon + number * day });
      }
      await auditAsFirstRelease(ground, { ...earlier, action: "discard message", target: message, detail: byHand });
      await auditAsFirstRelease(ground, {
        ...earlier,
        action: "refuse",
        target: job(2),
        detail: "unknown activity id",
      });
      await stores.audit.record(entry(noon + 3 * day));

      const [everything] = await Promise.all([
        stores.audit.list({}, { limit: 99 }),
        others.audit.list({}, { limit: 99 }),
      ]);
      const ofVendors = await stores.audit.list({ object: vendors, applicationId }, { limit: 99 });
      const ofJob = await stores.audit.list({ object: { kind: "job", target: job(1) } }, { limit: 99 });
      const refused = await stores.audit.list({ object: { kind: "job", target: job(2) } }, { limit: 99 });

      expect(everything.items.length).toBe(6);
      expect(ofVendors.items).toEqual([
        entry(noon + 3 * day),
        ...[2, 1, 0].map((number) => entry(noon + number * day, { detail: "version 1" })),
      ]);
      const facts = { at: noon, action: "discard", kind: "message", target: message, activityId: job(1) } as const;
      expect(ofJob.items).toEqual([{ ...facts, applicationId, detail: "Sent twice." }]);
      expect(refused.items).toMatchObject([{ action: "refuse", kind: "job", target: job(2) }]);
      expect(await stores.audit.removeBefore(noon + day, 99)).toBe(3);
    });
  });
}
