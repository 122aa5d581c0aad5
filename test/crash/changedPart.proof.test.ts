import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { converterFor } from "../../shared/domain/values.ts";
import type { Ports } from "../../shared/ports.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { listRecords } from "../../shared/usecases/watch/listRecords.ts";
import { openHost, sharedClock } from "../support/crashHost.ts";
import { importJobId, operator, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { push } from "../usecases/world.ts";
import { defineTrees, terms, trees } from "./treeScenarios.ts";

/** What is stored of the part that its definition, as it is in the end, does not stand for. */
async function strangers(ports: Ports): Promise<readonly string[]> {
  const { value: entity } = (await ports.definitions.find("entity", terms.name))!;
  const query = { company: "USMF", key: [], named: new Map<string, string>() };
  const { items } = await listRecords(ports, terms.name, query, { limit: 100 });
  return items.flatMap(({ values }) =>
    entity.fields.flatMap((field, index) => {
      const value = values[index] ?? "";
      return value !== "" && "problem" in converterFor(field)(value) ? [`a ${field.name} of another type`] : [];
    }),
  );
}

const changed: DataEntity = {
  ...terms,
  fields: terms.fields.map((field) => (field.name === "Days" ? { ...field, type: "date" } : field)),
};

/** As in `changedEntity.proof.test.ts`: the import stands still, and the change goes as far as its own stop meanwhile. */
async function run(importStop: number, changeStop: number) {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const sound = openHost(ground, clock);
  await seed(sound);
  await defineTrees(sound);
  const messageId = await push(sound, trees);
  const stands = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let outcome = "done";
  let changing: Promise<void> | undefined;
  const changer = faultyGround(ground, {
    before: async ({ index }) => {
      if (index !== changeStop) return;
      stands.resolve();
      await mayEnd.promise;
    },
  });
  const begin = (): Promise<void> => {
    changing ??= saveEntity(openHost(changer.ground, clock), changed, "any", operator)
      .then(() => undefined)
      .catch((error: Error) => void (outcome = error.name))
      .finally(stands.resolve);
    return stands.promise;
  };
  const importer = faultyGround(ground, { before: async ({ index }) => (index === importStop ? begin() : undefined) });
  await importMessage(openHost(importer.ground, clock), importJobId, messageId);
  mayEnd.resolve();
  await begin();
  await changing;
  clock.advance(10 * 60_000);
  await importMessage(sound, importJobId, messageId);
  const { state } = (await sound.messages.findInbound(importJobId, messageId))!.value;
  return {
    importCalls: importer.calls.length,
    changeCalls: changer.calls.length,
    outcome: `import ${state}, change ${outcome}`,
    problems: await strangers(sound),
  };
}

describe("an import of trees and a change of a part's type", () => {
  test("leave no part that its entity does not stand for, wherever the two meet", async () => {
    const outcomes = new Set<string>();
    const problems: string[] = [];
    const { importCalls } = await run(Infinity, Infinity);
    const { changeCalls } = await run(0, Infinity);
    for (let importStop = 0; importStop < importCalls; importStop += 1) {
      // A third of all meetings, spread over both.
      for (let changeStop = importStop % 3; changeStop <= changeCalls; changeStop += 3) {
        const course = await run(importStop, changeStop);
        outcomes.add(course.outcome);
        problems.push(...course.problems);
      }
    }

    expect(problems).toEqual([]);
    // Each of them comes first now and then, or nothing was proved.
    expect(outcomes).toContain("import PostProcessingError, change done");
    expect(outcomes).toContain("import ProcessedWithErrors, change DomainError");
    expect([...outcomes].filter((outcome) => outcome.startsWith("import Enqueued"))).toEqual([]);
  });
});
