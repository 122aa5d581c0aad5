import { collect, oneBatch } from "../support/records.ts";
import { describe, expect, test } from "vitest";
import { type DataEntity, recordKey } from "../../shared/domain/dataEntity.ts";
import { converterFor } from "../../shared/domain/values.ts";
import type { Ports } from "../../shared/ports.ts";
import { removeEntity } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { openHost, sharedClock } from "../support/crashHost.ts";
import {
  asGroups,
  customerGroups,
  exportProject,
  importJobId,
  importProject,
  operator,
  seed,
} from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { define, push } from "../usecases/world.ts";
import { csv, ref } from "./clients.ts";

const withField = (name: string, change: object): DataEntity => ({
  ...customerGroups,
  fields: customerGroups.fields.map((field) => (field.name === name ? { ...field, ...change } : field)),
});

const changes: Readonly<Record<string, (ports: Ports) => Promise<unknown>>> = {
  key: (ports) => save(ports, withField("DESCRIPTION", { isKey: true })),
  type: (ports) => save(ports, withField("CREDITLIMIT", { type: "integer" })),
  company: (ports) => save(ports, { ...customerGroups, isPerCompany: false }),
  removal: async (ports) => {
    for (const { name } of [importProject, exportProject]) {
      await define(ports, "project", name, { ...importProject, name, lines: [] });
    }
    await removeEntity(ports, customerGroups.name, "any", operator);
  },
};

const save = (ports: Ports, entity: DataEntity) => saveEntity(ports, entity, "any", operator);

/** What is stored of the entity that its definition, as it is in the end, does not stand for. */
async function strangers(ports: Ports): Promise<readonly string[]> {
  const entity = (await ports.definitions.find("entity", customerGroups.name))?.value;
  const found: string[] = [];
  for (const ref of await ports.entities.list()) {
    const snapshot = await ports.entities.openSnapshot(ref);
    if (snapshot.count === 0) continue;
    if (!entity) found.push(`${snapshot.count} records of no entity`);
    if (!entity) continue;
    if ((ref.company !== undefined) !== entity.isPerCompany) found.push(`records of company ${ref.company}`);
    const columns = entity.fields.map(({ name }) => name);
    for (const { key, values } of await collect(snapshot.read({ columns }), columns)) {
      found.push(...problemsOf(entity, key, values));
    }
  }
  return found;
}

function problemsOf(entity: DataEntity, key: string, values: readonly string[]): readonly string[] {
  const wrong = entity.fields.filter((field, index) => {
    const value = values[index] ?? "";
    return value !== "" && "problem" in converterFor(field)(value);
  });
  const keyNow = recordKey(values.filter((_, index) => entity.fields[index]?.isKey));
  return [...wrong.map(({ name }) => `a ${name} of another type`), ...(key === keyNow ? [] : [`the key ${key}`])];
}

interface Course {
  readonly importCalls: number;
  readonly changeCalls: number;
  readonly outcome: string;
  readonly problems: readonly string[];
}

/**
 * An import stands still before its call `importStop`; the change goes as far as its call `changeStop`; then the import
 * goes on to its end, and the change after it. A stop behind the last call is none.
 */
async function run(change: string, hadRecords: boolean, importStop: number, changeStop: number): Promise<Course> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const sound = openHost(ground, clock);
  await seed(sound);
  if (hadRecords) await emptied(sound);
  const messageId = await push(sound, csv("10,a,1.5"));
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
    changing ??= changes[change]!(openHost(changer.ground, clock))
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
    outcome: `import ${state}, ${change} ${outcome}`,
    problems: (await strangers(sound)).map((problem) => `${problem}, stopped at ${importStop} and ${changeStop}`),
  };
}

/** The entity had records, and has none. */
async function emptied(ports: Ports): Promise<void> {
  for (const records of [[{ key: "1", values: ["1"] }], []]) {
    await ports.entities.upsert(ref, {
      idempotencyKey: `${records.length}`,
      fence: 1,
      columns: ["CUSTOMERGROUPID"],
      records: () => oneBatch(...records),
      truncateFirst: true,
      ...asGroups,
    });
  }
}

describe("an import and a change of its entity", () => {
  test.each([
    ["key", true],
    ["key", false],
    ["type", true],
    ["company", true],
    ["removal", true],
  ])(
    "leave no record that the entity does not stand for, wherever the two meet: %s, with records before: %s",
    async (change, hadRecords) => {
      const outcomes = new Set<string>();
      const problems: string[] = [];
      const { importCalls } = await run(change, hadRecords, Infinity, Infinity);
      const { changeCalls } = await run(change, hadRecords, 0, Infinity);
      for (let importStop = 0; importStop < importCalls; importStop += 1) {
        for (let changeStop = 0; changeStop <= changeCalls; changeStop += 1) {
          const course = await run(change, hadRecords, importStop, changeStop);
          outcomes.add(course.outcome);
          problems.push(...course.problems);
        }
      }

      expect(problems).toEqual([]);
      // Each of them comes first now and then, or nothing was proved; and none is left in between.
      expect(outcomes).toContain(`import PostProcessingError, ${change} done`);
      expect(outcomes).toContain(`import Processed, ${change} DomainError`);
      expect([...outcomes].filter((outcome) => outcome.startsWith("import Enqueued"))).toEqual([]);
    },
  );
});
