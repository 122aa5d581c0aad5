import { describe, expect, test } from "vitest";
import type { SourceFormat } from "../../shared/domain/sourceFormat.ts";
import type { DataProject } from "../../shared/domain/dataProject.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { TurnLost } from "../../shared/ports/definitions.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { firstRows, keysWith } from "../../shared/storage/rows/rowPages.ts";
import { type OpenStoresFor, applicationId, guid, job, noon, pagesOf, present } from "./storesHarness.ts";

const by = { at: noon, applicationId };

function project(name: string, description = ""): DataProject {
  return { name, description, direction: "import", lines: [] };
}

/** A job as far as this store looks at one. */
function jobFor(activityId: string, ...applications: RecurringJob["applications"]): RecurringJob {
  return { activityId, name: "J", project: "P", applications } as unknown as RecurringJob;
}

async function removeBodies(ground: Ground, ...activityIds: readonly string[]): Promise<void> {
  const blobs = ground.blobs("definitions");
  const keys = activityIds.map((id) => Buffer.from(id).toString("hex"));
  const { items } = await blobs.list("job/", { limit: 50 });
  const meant = items.filter(({ name }) => keys.some((key) => name.includes(key)));
  expect(meant).toHaveLength(activityIds.length);
  for (const { name } of meant) await blobs.remove(name);
}

const [enabled, disabled, other] = [guid(1), guid(2), guid(3)];
const listing = (applicationId: string, isEnabled = true) => ({ applicationId, isEnabled });

export function definitionsContract(name: string, open: OpenStoresFor): void {
  describe(`definitions on ${name}`, () => {
    test("are found by name without regard to case and outer blanks", async () => {
      const { definitions } = (await open()).stores;
      await definitions.save("project", "Ærø Customers", project("Ærø Customers"), "new", by);

      const found = present(await definitions.find("project", " ærØ cusTOMERS "));

      expect(found).toMatchObject({
        value: project("Ærø Customers"),
        version: 1,
        savedAt: noon,
        savedBy: applicationId,
      });
      expect(await definitions.find("project", "Aero Customers")).toBeUndefined();
      expect(await definitions.find("entity", "Ærø Customers")).toBeUndefined();
    });

    test("are absent under a name that is empty, or longer than any that could be saved", async () => {
      const { definitions } = (await open()).stores;

      for (const id of ["", " ", "x".repeat(5000)]) expect(await definitions.find("project", id)).toBeUndefined();
    });

    test("tell with which version they were made, whatever had their name before", async () => {
      const { definitions } = (await open()).stores;
      const first = present(await definitions.save("project", "p", project("p"), "new", by));
      const second = present(await definitions.save("project", "p", project("p", "2"), first, by));
      await definitions.remove("project", "p", second.etag);
      const third = present(await definitions.save("project", "P", project("P"), "new", by));
      await definitions.save("project", "p", project("p", "4"), third, by);

      expect([first, second, third].map(({ firstVersion }) => firstVersion)).toEqual([1, 1, 3]);
      expect(await definitions.find("project", "p")).toMatchObject({ version: 4, firstVersion: 3 });
      const { items } = await definitions.listVersions("project", "p", { limit: 9 });
      expect(items.map(({ version, firstVersion }) => [version, firstVersion])).toEqual([
        [4, 3],
        [3, 3],
        [2, 1],
        [1, 1],
      ]);
    });

    test("tell for which execution they were made until they are saved without one", async () => {
      const { stores, others } = await open();
      const find = async () => (await others.definitions.find("project", "p"))?.madeFor;
      const made = { ...by, madeFor: guid(9) };
      const first = present(await stores.definitions.save("project", "p", project("p"), "new", made));
      expect([first.madeFor, await find()]).toEqual([guid(9), guid(9)]);
      const second = present(await stores.definitions.save("project", "p", project("p", "2"), first, by));

      expect([second.madeFor, await find()]).toEqual([undefined, undefined]);
    });

    test("get a new version with every save, which every process sees", async () => {
      const { stores, others } = await open();
      const first = present(await stores.definitions.save("project", "p", project("p", "first"), "new", by));
      expect(await others.definitions.find("project", "p")).toEqual(first);

      const later = { at: noon + 1, applicationId: "someone else" };
      const second = present(await stores.definitions.save("project", "p", project("p", "second"), first, later));

      expect(second).toMatchObject({ version: 2, savedAt: noon + 1, savedBy: "someone else" });
      expect(second.etag).not.toBe(first.etag);
      expect(await others.definitions.find("project", "p")).toEqual(second);
    });

    test("say which person saved them, and forget them with the next save by an application alone", async () => {
      const { stores, others } = await open();
      const person = { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" };
      const first = present(await stores.definitions.save("project", "p", project("p"), "new", { ...by, person }));

      expect(first.savedByPerson).toEqual(person);
      expect(await others.definitions.find("project", "p")).toEqual(first);
      const second = present(await stores.definitions.save("project", "p", project("p"), first, by));
      expect(second).not.toHaveProperty("savedByPerson");
      expect(await others.definitions.find("project", "p")).toEqual(second);
    });

    test("may be some seconds old for those who pass a gate, as long as it stands as it did", async () => {
      const { stores, others, advance } = await open();
      const [gate, moved] = [
        { stamp: "one", isClosed: false },
        { stamp: "two", isClosed: false },
      ];
      const first = present(await others.definitions.save("project", "p", project("p", "first"), "new", by));
      expect(await stores.definitions.findBehind(gate, "project", "P")).toEqual(first);
      const second = present(await others.definitions.save("project", "p", project("p", "second"), first, by));

      expect(await stores.definitions.findBehind(moved, "project", "p")).toEqual(second);
      expect(await stores.definitions.findBehind({ ...gate, isClosed: true }, "project", "p")).toEqual(second);
      expect([first, second]).toContainEqual(await stores.definitions.findBehind(gate, "project", "p"));
      await advance(2_000);
      expect(await stores.definitions.findBehind(gate, "project", "p")).toEqual(second);
      expect(await stores.definitions.findBehind(gate, "project", "q")).toBeUndefined();
    });

    test("are not saved as new when they exist, nor over a version that is no longer the newest", async () => {
      const { definitions } = (await open()).stores;
      const first = present(await definitions.save("project", "p", project("p", "first"), "new", by));
      const second = present(await definitions.save("project", "P", project("P", "second"), first, by));

      expect(await definitions.save("project", "P ", project("p", "third"), "new", by)).toBeUndefined();
      expect(await definitions.save("project", "p", project("p", "third"), first, by)).toBeUndefined();
      expect(await definitions.save("project", "q", project("q"), first, by)).toBeUndefined();
      expect(await definitions.find("project", "p")).toEqual(second);
    });

    test("are saved by one of many who save at once", async () => {
      const { stores, others } = await open();
      const first = present(await stores.definitions.save("project", "p", project("p"), "new", by));

      const saves = Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? stores : others).definitions.save("project", "p", project("p", `${index}`), first, by),
      );
      const won = (await Promise.all(saves)).filter((saved) => saved !== undefined);

      expect(won).toHaveLength(1);
      expect(await stores.definitions.find("project", "p")).toEqual(won[0]);
    });

    test("stay as they are after a save that wrote its body and went no further", async () => {
      const { ground, stores } = await open();
      const first = present(await stores.definitions.save("project", "p", project("p", "first"), "new", by));
      const [body] = (await ground.blobs("definitions").list("project/", { limit: 1 })).items;
      const abandoned = present(body).name.replace("00000001-", "00000002-");
      await ground.blobs("definitions").put(abandoned, Buffer.from("{"), { condition: "new" });

      expect(await stores.definitions.find("project", "p")).toEqual(first);
      expect(await stores.definitions.save("project", "p", project("p", "second"), first, by)).toMatchObject({
        version: 2,
      });
    });

    test("give everybody an object that nobody can change", async () => {
      const { definitions } = (await open()).stores;
      const mine = { ...project("p"), lines: [] as DataProject["lines"][number][] };
      await definitions.save("project", "p", mine, "new", by);
      mine.lines.push({} as DataProject["lines"][number]);

      const found = present(await definitions.find("project", "p"));

      expect(found.value.lines).toEqual([]);
      expect(Object.isFrozen(found.value.lines)).toBe(true);
    });

    test("give every version that ever was by its revision, whatever became of the definition", async () => {
      const { stores, others } = await open();
      const first = present(await stores.definitions.save("project", "p", project("p", "first"), "new", by));
      const second = present(await stores.definitions.save("project", "P", project("P", "second"), first, by));
      await stores.definitions.remove("project", "p", second.etag);
      const again = present(await stores.definitions.save("project", "p", project("p", "again"), "new", by));

      const all = [first, second, again];
      const found = await Promise.all(
        all.map(({ revision }) => others.definitions.findRevision("project", " p", revision)),
      );
      expect(found).toEqual(all.map(({ value }) => value));
      expect(new Set(all.map(({ revision }) => revision)).size).toBe(3);
      expect(await others.definitions.findRevision("project", "q", first.revision)).toBeUndefined();
      expect(await others.definitions.findRevision("entity", "p", first.revision)).toBeUndefined();
    });

    test("tell of every version, the newest first, page by page, and count on when they were removed", async () => {
      const { stores, others } = await open();
      const { definitions } = stores;
      const person = { objectId: guid(9), name: "a@demo.example" };
      const all = [present(await definitions.save("project", "P", project("P", "1"), "new", { ...by, person }))];
      for (const number of [2, 3, 4, 5]) {
        const next = { at: noon + number, applicationId: `${number}` };
        all.unshift(present(await definitions.save("project", "p", project("P", `${number}`), all[0]!, next)));
      }
      await definitions.save("project", "p ", project("p"), "new", by);
      await definitions.save("project", "pq", project("pq"), "new", by);
      const list = (id: string) => pagesOf((page) => others.definitions.listVersions("project", id, page), 2);

      const pages = await list(" p");

      expect(pages.map((page) => page.map(({ version }) => version))).toEqual([[5, 4], [3, 2], [1]]);
      const [first] = pages[0]!;
      const { revision } = all[0]!;
      const facts = { version: 5, firstVersion: 1, revision, savedAt: noon + 5, savedBy: "5", sizeBytes: 78 };
      expect(first).toEqual(facts);
      expect(pages.flat().map(({ savedByPerson }) => savedByPerson?.name)).toEqual([
        ...Array.from({ length: 4 }),
        person.name,
      ]);
      expect(pages.flat().map((each) => each.revision)).toEqual(all.map((saved) => saved.revision));
      await definitions.remove("project", "p", all[0]!.etag);
      expect(await list("p")).toEqual(pages);
      expect(await definitions.save("project", "p", project("P"), "new", by)).toMatchObject({ version: 6 });
      expect((await list("p")).flat().map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
      expect((await list("none")).flat()).toEqual([]);
    });

    test("find one version by its number", async () => {
      const { definitions } = (await open()).stores;
      const first = present(await definitions.save("project", "p", project("p", "1"), "new", by));
      const second = present(await definitions.save("project", "p", project("p", "2"), first, by));

      for (const { version, revision } of [first, second]) {
        expect(await definitions.findVersion("project", " P", version)).toMatchObject({ version, revision });
      }
      for (const version of [0, -1, 1.5, 3, 10 ** 9]) {
        expect(await definitions.findVersion("project", "p", version)).toBeUndefined();
      }
      expect(await definitions.findVersion("entity", "p", 1)).toBeUndefined();
      const made = definitions.listVersions("project", "p", { limit: 2, continuation: "x" });
      await expect(made).rejects.toMatchObject({ code: "invalid" });
    });

    test("have no version that a save wrote the body of and went no further", async () => {
      const { ground, stores } = await open();
      const first = present(await stores.definitions.save("project", "p", project("p", "1"), "new", by));
      const blobs = ground.blobs("definitions");
      const [body] = (await blobs.list("project/", { limit: 1 })).items;
      const { bytes } = present(await blobs.find(present(body).name));
      await blobs.put(present(body).name.replace("00000001-", "00000002-"), bytes, { condition: "new" });
      const versions = async () => {
        const page = await stores.definitions.listVersions("project", "p", { limit: 2, continuation: "3" });
        return [page.items.map(({ version }) => version), await stores.definitions.findVersion("project", "p", 2)];
      };

      expect(await versions()).toEqual([[1], undefined]);
      await stores.definitions.remove("project", "p", first.etag);
      expect(await versions()).toEqual([[1], undefined]);
    });

    test("tell of versions that an earlier release saved what their bodies tell, and of the newest all", async () => {
      const { ground, stores, others } = await open();
      const { definitions } = stores;
      const first = present(await definitions.save("project", "p", project("p", "1"), "new", by));
      const second = present(await definitions.save("project", "p", project("p", "2"), first, by));
      const third = present(await definitions.save("project", "p", project("p", "3"), second, by));
      const table = ground.table(tableNames.definitions);
      const rows = await firstRows(table, "project", keysWith("version_"), 10);
      for (const { rowKey } of rows) await table.remove("project", rowKey);
      const { sizeBytes: _, ...older } = present(await table.find("project", "70")).values;
      await table.replace("project", "70", older, present(await table.find("project", "70")).etag);

      const before = (await others.definitions.listVersions("project", "p", { limit: 10 })).items;
      const read = present(await definitions.find("project", "p"));
      await definitions.save("project", "p", project("p", "4"), read, by);
      const after = (await others.definitions.listVersions("project", "p", { limit: 10 })).items;

      expect(rows).toHaveLength(3);
      expect(before.map(({ revision }) => revision)).toEqual([third, second, first].map(({ revision }) => revision));
      expect(before.map(({ savedBy }) => savedBy)).toEqual([applicationId, undefined, undefined]);
      expect(before[1]).toMatchObject({ version: 2, sizeBytes: 78, savedAt: expect.any(Number) });
      expect(after.slice(1)).toEqual(before);
      expect(await definitions.findVersion("project", "p", 2)).toEqual(before[1]);
      expect(await definitions.findVersion("project", "p", 3)).toEqual(before[0]);
    });

    test("keep the versions of one that an earlier release saved, and that is removed", async () => {
      const { ground, stores, others } = await open();
      await stores.definitions.save("project", "p", project("p"), "new", by);
      const table = ground.table(tableNames.definitions);
      const [row] = await firstRows(table, "project", keysWith("version_"), 10);
      await table.remove("project", present(row).rowKey);
      const { sizeBytes: _, ...older } = present(await table.find("project", "70")).values;
      const etag = present(
        await table.replace("project", "70", older, present(await table.find("project", "70")).etag),
      );

      await stores.definitions.remove("project", "p", etag);

      const { items } = await others.definitions.listVersions("project", "p", { limit: 10 });
      expect(items).toMatchObject([{ version: 1, savedBy: applicationId }]);
    });

    test("are removed at the version that the caller saw, and may be saved as new again", async () => {
      const { definitions } = (await open()).stores;
      const first = present(await definitions.save("project", "p", project("p", "first"), "new", by));
      const second = present(await definitions.save("project", "p", project("p", "second"), first, by));

      expect(await definitions.remove("project", "p", first.etag)).toBe(false);
      expect(await definitions.remove("project", "P", second.etag)).toBe(true);
      expect(await definitions.remove("project", "p", second.etag)).toBe(false);
      expect(await definitions.find("project", "p")).toBeUndefined();
      expect(await definitions.save("project", "p", project("p", "again"), "new", by)).toBeDefined();
    });

    test("are written in a turn only until somebody else has taken it", async () => {
      const { stores, others } = await open();
      const inTurn = (turn: string) => ({ ...by, turn });
      await stores.definitions.takeTurn("one");
      const first = present(await stores.definitions.save("project", "p", project("p", "first"), "new", inTurn("one")));
      const second = present(await stores.definitions.save("project", "p", project("p", "2nd"), first, inTurn("one")));
      expect(await stores.definitions.save("project", "p", project("p", "3rd"), first, inTurn("one"))).toBeUndefined();
      expect(await stores.definitions.remove("project", "p", first.etag, "one")).toBe(false);

      await others.definitions.takeTurn("other");

      const late = stores.definitions;
      await expect(late.save("project", "p", project("p", "late"), second, inTurn("one"))).rejects.toThrow(TurnLost);
      await expect(late.save("format", "f", { name: "f" } as SourceFormat, "new", inTurn("one"))).rejects.toThrow(
        TurnLost,
      );
      await expect(late.remove("project", "p", second.etag, "one")).rejects.toThrow(TurnLost);
      expect(await stores.definitions.find("project", "p")).toEqual(second);
      expect(await stores.definitions.find("format", "f")).toBeUndefined();
      expect(await others.definitions.remove("project", "p", second.etag, "other")).toBe(true);
      expect((await stores.definitions.list("project", { limit: 10 })).items).toEqual([]);
    });

    test("are closed, and opened, without a new version, and opened by the next save", async () => {
      const { stores, others } = await open();
      const { definitions } = stores;
      await definitions.takeTurn("one");
      const first = present(await definitions.save("project", "p", project("p", "first"), "new", by));

      const closed = present(await definitions.setClosed("project", "P", first.etag, true, "one"));
      expect(closed).toEqual({ ...first, etag: closed.etag, isClosed: true });
      expect(await others.definitions.find("project", "p")).toEqual(closed);
      expect(await definitions.setClosed("project", "p", first.etag, true, "one")).toBeUndefined();
      const opened = present(await definitions.setClosed("project", "p", closed.etag, false, "one"));
      expect(opened).toEqual({ ...first, etag: opened.etag });
      expect(await others.definitions.find("project", "p")).toEqual(opened);

      const again = present(await definitions.setClosed("project", "p", opened.etag, true, "one"));
      await definitions.save("project", "p", project("p", "second"), again, by);
      expect((await others.definitions.find("project", "p"))?.isClosed).toBeUndefined();
      expect(await definitions.setClosed("project", "q", first.etag, true, "one")).toBeUndefined();
      await others.definitions.takeTurn("other");
      await expect(definitions.setClosed("project", "p", again.etag, true, "one")).resolves.toBeUndefined();
    });

    test("are each written, when several are written in one turn at once", async () => {
      const { definitions } = (await open()).stores;
      await definitions.takeTurn("one");
      const names = ["a", "b", "c", "d"];

      const saves = names.map((each) =>
        definitions.save("project", each, project(each), "new", { ...by, turn: "one" }),
      );

      expect((await Promise.all(saves)).map((saved) => saved?.version)).toEqual([1, 1, 1, 1]);
    });

    test("are listed in the order of their names, page by page, each kind by itself", async () => {
      const { definitions } = (await open()).stores;
      const names = ["b", "B2", "a b", "ab", "A", "å", "zz", "1"];
      for (const one of names) await definitions.save("project", one, project(one), "new", by);
      await definitions.save("format", "csv", { name: "CSV" } as SourceFormat, "new", by);

      const pages = await pagesOf((page) => definitions.list("project", page), 3);

      expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
      expect(pages.flat().map((found) => found.value.name)).toEqual(["1", "A", "a b", "ab", "b", "B2", "zz", "å"]);
    });

    test("of jobs are listed by their ids, also those that cannot be read", async () => {
      const { ground, stores } = await open();
      for (const number of [2, 1, 3]) {
        const activityId = job(number);
        await stores.definitions.save("job", activityId, jobFor(activityId), "new", by);
      }
      const [body] = (await ground.blobs("definitions").list("job/", { limit: 1 })).items;
      await ground.blobs("definitions").remove(present(body).name);

      const pages = await pagesOf((page) => stores.definitions.listJobIds(page), 2);

      expect(pages).toEqual([[job(1), job(2)], [job(3)]]);
    });

    test("of jobs tell the application ids that any of them has enabled, in their newest version", async () => {
      const { stores, others } = await open();
      const { definitions } = stores;
      expect([...(await definitions.listApplications())]).toEqual([]);
      const first = jobFor(job(1), listing(enabled), listing(disabled, false));
      const saved = present(await definitions.save("job", job(1), first, "new", by));
      await definitions.save("job", job(2), jobFor(job(2), listing(enabled), listing(other)), "new", by);

      expect(await others.definitions.listApplications()).toEqual(new Set([enabled, other]));
      expect(await definitions.listApplications()).toEqual(new Set([enabled, other]));
      const second = present(await definitions.save("job", job(1), jobFor(job(1), listing(disabled)), saved, by));
      expect(await definitions.listApplications()).toEqual(new Set([enabled, disabled, other]));
      await definitions.remove("job", job(1), second.etag);
      expect(await definitions.listApplications()).toEqual(new Set([enabled, other]));
    });

    test("of jobs tell it of rows that an earlier release wrote, too", async () => {
      const { ground, stores, others } = await open();
      await stores.definitions.save("job", job(1), jobFor(job(1), listing(enabled)), "new", by);
      const table = ground.table(tableNames.definitions);
      const row = present((await table.list("job", { limit: 1 })).rows[0]);
      const { applications: _, ...older } = row.values;
      await table.replace("job", row.rowKey, older, row.etag);

      expect(await others.definitions.listApplications()).toEqual(new Set([enabled]));
    });

    test("of projects are listed for an application that may use them, and a page tells of no other one", async () => {
      const { ground, stores } = await open();
      const { definitions } = stores;
      const lists = [[], [listing(enabled), listing(other, false)], [listing(other)], [listing(other)], []];
      for (const [index, applications] of lists.entries()) {
        await definitions.save("project", `p${index}`, { ...project(`p${index}`), applications }, "new", by);
      }
      const pagesFor = (id: string) => pagesOf((page) => definitions.listOpenProjects(id, page), 2);
      const namesFor = async (id: string) => (await pagesFor(id)).map((page) => page.map(({ value }) => value.name));

      expect(await namesFor(enabled)).toEqual([["p0", "p1"], ["p4"]]);
      expect(await namesFor(other)).toEqual([
        ["p0", "p2"],
        ["p3", "p4"],
      ]);
      expect(await namesFor(disabled)).toEqual([["p0", "p4"]]);
      expect((await definitions.listOpenProjects(disabled, { limit: 1 })).continuation).toBe(
        Buffer.from("p0").toString("hex"),
      );
      const table = ground.table(tableNames.definitions);
      for (const row of await firstRows(table, "project", keysWith("7"), 10)) {
        const { openTo: _, ...older } = row.values;
        await table.replace("project", row.rowKey, older, row.etag);
      }
      expect(await namesFor(enabled)).toEqual([["p0", "p1"], ["p4"]]);
    });

    test("that refer to another one are listed by their rows, page by page, in their newest version", async () => {
      const { ground, stores, others } = await open();
      const { definitions } = stores;
      const runs = (activityId: string, project: string) => ({ ...jobFor(activityId), project });
      const numbers = [1, 2, 3, 4, 5, 6];
      for (const number of numbers) {
        const value = runs(job(number), number % 2 ? "Odd " : "Even");
        await definitions.save("job", job(number), value, "new", by);
      }
      const first = present(await definitions.find("job", job(1)));
      await definitions.save("job", job(1), runs(job(1), "Even"), first, by);
      await removeBodies(ground, job(2), job(4), job(6));
      const odd = { kind: "project", name: " oDD" } as const;

      const pages = await pagesOf((page) => others.definitions.listReferring("job", odd, page), 1);

      expect(pages.map((page) => page.map(({ value }) => value.activityId))).toEqual([[job(3)], [job(5)]]);
      const noEntity = { ...odd, kind: "entity" } as const;
      expect(await definitions.listReferring("job", noEntity, { limit: 5 })).toEqual({ items: [] });
    });

    test("that refer to another one are told by their bodies where an earlier release wrote the rows", async () => {
      const { ground, stores } = await open();
      const { definitions } = stores;
      for (const number of [1, 2]) {
        const value = { ...jobFor(job(number)), project: `P${number}` };
        await definitions.save("job", job(number), value, "new", by);
      }
      const table = ground.table(tableNames.definitions);
      for (const { rowKey, values, etag } of (await table.list("job", { below: "g", limit: 5 })).rows) {
        const { refersTo: _, ...older } = values;
        await table.replace("job", rowKey, older, etag);
      }

      const found = await definitions.listReferring("job", { kind: "project", name: "p2" }, { limit: 5 });

      expect(found.items.map(({ value }) => value.activityId)).toEqual([job(2)]);
    });

    test("name the table and the keys when a row is not theirs", async () => {
      const { ground, stores } = await open();
      await ground.table(tableNames.definitions).insert("project", "70", { version: 1 });

      await expect(stores.definitions.find("project", "p")).rejects.toThrow("Row project / 70 of table definitions");
    });
  });

  describe(`job names on ${name}`, () => {
    test("belong to the first job that reserves them, in any case", async () => {
      const { stores, others } = await open();

      expect(await stores.definitions.reserveJobName("Orders", job(1))).toBe(job(1));
      expect(await others.definitions.reserveJobName(" orders", job(2))).toBe(job(1));
      expect(await stores.definitions.reserveJobName("ORDERS", job(1))).toBe(job(1));
      expect(await others.definitions.findJobName("orders")).toBe(job(1));
      expect(await others.definitions.findJobName("Other orders")).toBeUndefined();
    });

    test("go to one of many jobs that reserve them at once", async () => {
      const { definitions } = (await open()).stores;

      const holders = await Promise.all(
        [1, 2, 3, 4].map((number) => definitions.reserveJobName("Orders", job(number))),
      );

      expect(new Set(holders).size).toBe(1);
    });

    test("are released by their holder alone", async () => {
      const { definitions } = (await open()).stores;
      await definitions.reserveJobName("Orders", job(1));

      await definitions.releaseJobName("Orders", job(2));
      expect(await definitions.reserveJobName("Orders", job(2))).toBe(job(1));
      await definitions.releaseJobName("orders", job(1));
      expect(await definitions.reserveJobName("Orders", job(2))).toBe(job(2));
    });
  });
}
