import { describe, expect, test } from "vitest";
import type { AuditEntry } from "../../shared/ports.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { firstRows } from "../../shared/storage/rows/rowPages.ts";
import { fromColumns } from "../../shared/storage/rows/storedJson.ts";
import { type OpenStoresFor, applicationId, noon } from "./storesHarness.ts";

const day = 86_400_000;

function entry(at: number, action = "saveJob") {
  return { at, applicationId, action, target: "job Orders", detail: "version 2" };
}

export function auditContract(name: string, open: OpenStoresFor): void {
  describe(`the audit trail on ${name}`, () => {
    test("keeps every entry of a day, also those of one moment, newest first", async () => {
      const { ground, stores, others } = await open();
      await Promise.all([entry(noon, "a"), entry(noon, "b")].map((one) => stores.audit.record(one)));
      await others.audit.record(entry(noon + 1, "c"));

      const rows = await firstRows(ground.table(tableNames.audit), "2026-01-01", { from: "0", below: ":" }, 9);

      const actions = rows.map((row) => fromColumns<AuditEntry>("audit", row, ["action"]).action);
      expect(actions[0]).toBe("c");
      expect(new Set(actions)).toEqual(new Set(["a", "b", "c"]));
    });

    test("keeps the refusals of an application, and few of them in one minute", async () => {
      const { ground, stores } = await open();
      const refuse = (target: string, at = noon, by = applicationId) =>
        stores.audit.recordRefusal({ at, applicationId: by, target, detail: "unknown activity id" });
      for (let asked = 0; asked < 50; asked++) await refuse("same");
      for (let asked = 0; asked < 50; asked++) await refuse(`probe ${asked}`);
      await refuse("same", noon, "somebody else");
      await refuse("same", noon + 60_000);

      const rows = await firstRows(ground.table(tableNames.audit), "2026-01-01", { from: "0", below: ":" }, 99);

      const entries = rows.map((row) => fromColumns<AuditEntry>("audit", row, ["action"]));
      expect(entries.every(({ action }) => action === "refuse")).toBe(true);
      const shown = entries.map(({ applicationId: by, at, target }) => `${by} ${at - noon} ${target}`);
      const probes = Array.from({ length: 9 }, (_, number) => `${applicationId} 0 probe ${number}`);
      const all = [`${applicationId} 0 same`, ...probes, `${applicationId} 0 `, `${applicationId} 60000 same`];
      expect(shown.toSorted()).toEqual([...all, "somebody else 0 same"].toSorted());
      expect(entries.find(({ target }) => target === "")?.detail).toContain("further refusals");
    });

    test("loses whole days that are older, a bounded number of entries at a time", async () => {
      const { ground, stores } = await open();
      for (const at of [noon, noon + 1, noon + 2, noon + day, noon + 2 * day]) await stores.audit.record(entry(at));

      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(2);
      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(1);
      expect(await stores.audit.removeBefore(noon + day, 2)).toBe(0);

      const table = ground.table(tableNames.audit);
      const counts = ["2026-01-01", "2026-01-02", "2026-01-03"].map(
        async (each) => (await table.list(each, { limit: 9 })).rows.length,
      );
      expect(await Promise.all(counts)).toEqual([0, 1, 1]);
      const days = (await table.list("days", { limit: 9 })).rows.map((row) => row.rowKey);
      expect(days).toEqual(["2026-01-02", "2026-01-03"]);
    });

    test("loses the entries of several days in one go, as many as were asked for", async () => {
      const { audit } = (await open()).stores;
      for (let number = 0; number < 3; number++) {
        for (const at of [noon, noon + 1]) await audit.record(entry(at + number * day));
      }

      expect(await audit.removeBefore(noon + 3 * day, 3)).toBe(3);
      expect(await audit.removeBefore(noon + 3 * day, 9)).toBe(3);
      expect(await audit.removeBefore(noon + 3 * day, 9)).toBe(0);
    });
  });
}
