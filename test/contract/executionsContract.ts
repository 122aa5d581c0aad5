import { describe, expect, test } from "vitest";
import type { Execution } from "../../shared/domain/execution.ts";
import { type OpenStoresFor, chunksOf, guid, idAt, job, noon } from "./storesHarness.ts";

function execution(id: string, attempt = 1): Execution {
  const fence = attempt;
  const messageId = idAt(noon);
  const facts = { id, messageId, activityId: job(1), direction: "import", project: "p", startedAt: noon } as const;
  return { ...facts, projectVersion: 1, jobVersion: 1, attempt, fence, entities: [], warnings: ["Tænk 🙂"] };
}

export function executionsContract(name: string, open: OpenStoresFor): void {
  describe(`executions on ${name}`, () => {
    test("are found as they were last saved", async () => {
      const { stores, others } = await open();
      await stores.executions.save(execution(guid(1)));
      await others.executions.save(execution(guid(1), 2));

      expect(await stores.executions.find(guid(1))).toEqual(execution(guid(1), 2));
    });

    test("are not written over by an attempt that another one took over from, though both count as the same", async () => {
      const { executions } = (await open()).stores;
      const { fence: _, ...ofEarlierRelease } = execution(guid(1), 7);
      const [older, newer] = [1, 2].map((fence) => ({ ...execution(guid(1)), fence }));
      const after: (Execution | undefined)[] = [];
      const answers: boolean[] = [];
      for (const saved of [ofEarlierRelease, newer!, older!, ofEarlierRelease]) {
        answers.push(await executions.save(saved));
        after.push(await executions.find(guid(1)));
      }

      expect(after).toEqual([ofEarlierRelease, newer, newer, newer]);
      expect(answers).toEqual([true, true, false, false]);
    });

    test("that were taken over are saved by no attempt before", async () => {
      const { stores, others } = await open();
      expect(await stores.executions.takeOver(guid(1), 2)).toBeUndefined();
      expect(await stores.executions.takeOver("..", 2)).toBeUndefined();
      await stores.executions.save(execution(guid(1)));

      const taken = { ...execution(guid(1)), fence: 2 };
      expect(await others.executions.takeOver(guid(1), 2)).toEqual(taken);
      expect(await stores.executions.save({ ...execution(guid(1)), warnings: [] })).toBe(false);
      expect(await others.executions.takeOver(guid(1), 1)).toEqual(taken);
      expect(await stores.executions.find(guid(1))).toEqual(taken);
      expect(await stores.executions.save(execution(guid(1), 2))).toBe(true);
    });

    test("that are taken over while they are saved are answered as they were saved last", async () => {
      const { stores, others } = await open();
      const saved = (index: number) => ({ ...execution(guid(1)), warnings: [`${index}`] });
      await stores.executions.save(saved(0));

      const [taken, ...answers] = await Promise.all([
        others.executions.takeOver(guid(1), 2),
        ...[1, 2, 3, 4].map(async (index) => ((await stores.executions.save(saved(index))) ? index : 0)),
      ]);

      expect(taken?.warnings).toEqual((await stores.executions.find(guid(1)))?.warnings);
      expect([...answers, 0]).toContain(Number(taken?.warnings[0]));
    });

    test("are reserved by one of many, and by nobody else until it is certain that its message never comes", async () => {
      const { stores, others } = await open();
      const of = (index: number): Execution => ({ ...execution(guid(1)), fence: 0, messageId: idAt(noon + index) });
      const holders = await Promise.all(
        [1, 2, 3, 4].map((index) => (index % 2 ? stores : others).executions.reserve(of(index))),
      );

      const [holder] = holders;
      expect(new Set(holders.map(({ messageId }) => messageId)).size).toBe(1);
      expect(await stores.executions.reserve(of(5), idAt(noon + 6))).toEqual(holder);
      expect(await others.executions.reserve(of(5), holder!.messageId)).toEqual(of(5));
      await stores.executions.giveUp(guid(1), holder!.messageId);
      expect(await stores.executions.find(guid(1))).toEqual(of(5));
      await stores.executions.giveUp(guid(1), of(5).messageId);
      expect(await stores.executions.find(guid(1))).toBeUndefined();
    });

    test("that have begun are not given up any more", async () => {
      const { executions } = (await open()).stores;
      await executions.save(execution(guid(1)));
      await executions.giveUp(guid(1), execution(guid(1)).messageId);

      expect(await executions.find(guid(1))).toEqual(execution(guid(1)));
    });

    test("begin once: of many attempts one decides by which versions all of them work", async () => {
      const { stores, others } = await open();
      const begin = (attempt: number) => {
        const versions = { job: { name: "j", version: attempt, revision: "r" }, project: { name: "p", version: 1 } };
        const begun = { ...execution(guid(1), attempt), versions: { ...versions, entities: [], formats: [] } };
        return (attempt % 2 ? stores : others).executions.begin(begun);
      };

      const answers = await Promise.all([1, 2, 3, 4].map(begin));

      expect(new Set(answers.map((versions) => versions.job?.version)).size).toBe(1);
      expect((await stores.executions.find(guid(1)))?.versions).toEqual(answers[0]);
      expect(await begin(5)).toEqual(answers[0]);
      expect((await stores.executions.find(guid(1)))?.versions).toEqual(answers[0]);
    });

    test("get their versions at the next attempt when none were written down", async () => {
      const { executions } = (await open()).stores;
      await executions.save(execution(guid(1)));
      const version = { name: "n", version: 1 };
      const versions = { job: version, project: version, entities: [version], formats: [version] };

      expect(await executions.begin({ ...execution(guid(1), 2), versions })).toEqual(versions);
      expect(await executions.find(guid(1))).toEqual({ ...execution(guid(1), 2), versions });
    });

    test("are absent under an id that was never saved, or never could be", async () => {
      const { executions } = (await open()).stores;

      for (const id of [guid(1), "", "..", "a/b", "A", "x".repeat(2000)]) {
        expect(await executions.find(id)).toBeUndefined();
      }
    });

    test("go with all their result files, and no other execution's", async () => {
      const { executions, files } = (await open()).stores;
      for (const id of ["run", "run-2"]) await executions.save(execution(id));
      const names = Array.from({ length: 12 }, (_, index) => `run/failed-${index}.csv`);
      for (const one of [...names, "run-2/failed.csv"]) await files.store("executions", one, chunksOf("x"));

      await executions.remove("run");
      await executions.remove("run");

      expect(await executions.find("run")).toBeUndefined();
      expect(await executions.find("run-2")).toEqual(execution("run-2"));
      const left = (await files.list("executions", "", { limit: 100 })).items.map((file) => file.name);
      expect(left).toEqual(["run-2/execution.json", "run-2/failed.csv"]);
    });

    test("do not go under an id that reaches further than one execution", async () => {
      const { executions } = (await open()).stores;
      await executions.save(execution(guid(1)));

      for (const id of ["", "..", "/"]) await executions.remove(id);

      expect(await executions.find(guid(1))).toEqual(execution(guid(1)));
    });

    test("name the blob, and never the content, when it is unreadable", async () => {
      const { ground, stores } = await open();
      const bytes = Buffer.from('{"secret');
      await ground.blobs("executions").put(`${guid(1)}/execution.json`, bytes, { condition: "new" });

      const error = await stores.executions.find(guid(1)).catch(String);

      expect(error).toContain(`Blob ${guid(1)}/execution.json of container executions`);
      expect(error).not.toContain("secret");
    });
  });
}
