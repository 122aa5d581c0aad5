import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityStore, UpsertCommit } from "../../shared/ports/entityStore.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import { removeEntity } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import {
  asGroups,
  customerGroups,
  exportJob,
  exportJobId,
  exportProject,
  importJobId,
  importProject,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, look, push, recordsOf } from "./world.ts";

const body = "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,1\r\n";
const name = customerGroups.name;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const withFields = (change: (field: DataEntity["fields"][number]) => object): DataEntity => ({
  ...customerGroups,
  fields: customerGroups.fields.map((field) => ({ ...field, ...change(field) })),
});
const keyedByBoth = withFields(({ name: field }) => (field === "DESCRIPTION" ? { isKey: true } : {}));
const limitIsWhole = withFields(({ name: field }) => (field === "CREDITLIMIT" ? { type: "integer" } : {}));
const descriptionIsLonger = withFields(({ name: field }) => (field === "DESCRIPTION" ? { lengthMax: 100 } : {}));
const { isPerCompany: _, ...rest } = customerGroups;
const shared: DataEntity = { ...rest, isPerCompany: false };

const save = (entity: DataEntity, by: TestPorts = ports) => saveEntity(by, entity, "any", operator);
const removed = async (by: TestPorts = ports): Promise<void> => {
  for (const project of [importProject, exportProject])
    await define(ports, "project", project.name, { ...project, lines: [] });
  await removeEntity(by, name, "any", operator);
};
const empty = () =>
  ports.entities.upsert(
    { entityId: entityId(customerGroups), company: "USMF" },
    { ...asGroups, idempotencyKey: "emptied", fence: 1, columns: [], records: nothing, truncateFirst: true },
  );
async function* nothing(): AsyncGenerator<never> {}
const newest = () => ports.definitions.find("entity", name);

/** The ports of a worker that does something beside its commit. */
function importer(around: (commit: UpsertCommit) => UpsertCommit): TestPorts {
  const upsert: EntityStore["upsert"] = (ref, commit) => ports.entities.upsert(ref, around(commit));
  return { ...ports, entities: { ...ports.entities, upsert } };
}

/** Something happens once, as soon as the commit was found valid. */
function changedInside(change: () => Promise<unknown>): TestPorts {
  let isFirst = true;
  return importer((commit) => ({
    ...commit,
    requireValid: async (recordCount) => {
      await commit.requireValid(recordCount);
      if (isFirst) {
        isFirst = false;
        await change();
      }
    },
  }));
}

/** Something happens just before the commit is judged. */
function changedBefore(change: () => Promise<unknown>): TestPorts {
  return importer((commit) => ({
    ...commit,
    requireValid: (count) => change().then(() => commit.requireValid(count)),
  }));
}

const changes = [
  [
    "its key changes",
    () => save(keyedByBoth),
    "from version 1 to version 2 while its records were on their way: The key changes.",
  ],
  [
    "the type of a field changes",
    () => save(limitIsWhole),
    'The type of field "CREDITLIMIT" changes from real to integer.',
  ],
  ["it ceases to belong to companies", () => save(shared), "Records would belong to companies, or cease to."],
  ["it is deleted", () => removed(), "changed while its records were on their way: It was deleted."],
] as const;

describe("an import during which its entity becomes another one", () => {
  test.each(changes)("stores nothing, and says so, when %s", async (_what, change, reason) => {
    const messageId = await push(ports, body);

    await importMessage(changedInside(change), importJobId, messageId);

    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "PostProcessingError", attempts: 1 });
    expect(message.lastError).toContain(`Data entity "Customer groups" changed`);
    expect(message.lastError).toContain(reason);
    expect(message.lastError).toContain("Retry the message");
    expect(execution!.entities).toMatchObject([{ status: "error", rowsRead: 1, created: 0, unprocessed: 1 }]);
    expect(await recordsOf(ports)).toEqual([]);
  });

  test.each(changes)("finds that out in a company that has had records before, too: %s", async (_what, change) => {
    await defineLines(ports, [{ truncateFirst: true }]);
    await importFile(ports, body);
    await empty();
    const messageId = await push(ports, body);

    await importMessage(changedInside(change), importJobId, messageId);

    expect((await look(ports, messageId)).message.state).toBe("PostProcessingError");
    expect(await recordsOf(ports)).toEqual([]);
  });

  test("goes on when what it stores is still what the entity takes", async () => {
    const messageId = await push(ports, body);

    await importMessage(
      changedInside(() => save(descriptionIsLonger)),
      importJobId,
      messageId,
    );

    expect((await look(ports, messageId)).message.state).toBe("Processed");
    expect(await newest()).toMatchObject({ version: 2 });
  });

  test("counts as done when it had committed before an attempt that finds the change", async () => {
    const messageId = await push(ports, body);
    const dying = importer((commit) => commit);
    const failing = {
      ...dying,
      entities: {
        ...dying.entities,
        upsert: async (...given: Parameters<EntityStore["upsert"]>) => {
          await ports.entities.upsert(...given);
          throw new Error("503");
        },
      },
    };
    await expect(importMessage(failing, importJobId, messageId)).rejects.toThrow("503");
    await expect(save(keyedByBoth)).rejects.toMatchObject({ code: "conflict" });
    await importMessage(ports, importJobId, messageId);

    expect((await look(ports, messageId)).execution!.entities).toMatchObject([{ created: 1 }]);
  });
});

describe("a change that an import came before", () => {
  /** The ports of a change that closes the entity before, or after, an import commits that was judged before that. */
  function changer(when: "before" | "after", commit: () => Promise<void>): TestPorts {
    const { definitions } = ports;
    let isFirst = true;
    const setClosed: typeof definitions.setClosed = async (...given) => {
      const isNow = isFirst;
      isFirst = false;
      if (isNow && when === "after") await commit();
      const closed = await definitions.setClosed(...given);
      if (isNow && when === "before") await commit();
      return closed;
    };
    return { ...ports, definitions: { ...definitions, setClosed } };
  }

  const acts = [
    ["of its key", (by: TestPorts) => save(keyedByBoth, by), "The key changes, but"],
    ["of a type", (by: TestPorts) => save(limitIsWhole, by), "The type of field"],
    ["that deletes it", (by: TestPorts) => removed(by), 'Data entity "Customer groups" holds 1 records.'],
  ] as const;
  const cases = acts.flatMap(
    (act) =>
      [
        [...act, "before"],
        [...act, "after"],
      ] as const,
  );

  test.each(cases)("%s is refused, and the entity is as it was", async (_what, act, reason, when) => {
    const messageId = await push(ports, body);
    const isJudged = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const worker = changedInside(() => {
      isJudged.resolve();
      return mayCommit.promise;
    });
    const importing = importMessage(worker, importJobId, messageId);
    await isJudged.promise;
    const changing = changer(when, () => {
      mayCommit.resolve();
      return importing;
    });

    await expect(act(changing)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(reason) });

    expect((await look(ports, messageId)).message.state).toBe("Processed");
    expect(await newest()).toMatchObject({ value: customerGroups, version: 1 });
    expect((await newest())?.isClosed).toBeUndefined();
    expect(await recordsOf(ports)).toEqual([["10", "Wholesale", "", "1"]]);
  });
});

describe("while an entity becomes another one,", () => {
  async function close(): Promise<void> {
    await ports.definitions.takeTurn("a change");
    await ports.definitions.setClosed("entity", name, (await newest())!.etag, true, "a change");
  }

  test.each(["begins", "is about to commit"])(
    "an import that %s waits for its end, and uses no attempt",
    async (what) => {
      const lease = await ports.leases.acquire("definitions", "a change", ports.clock.now(), 60_000);
      const messageId = await push(ports, body);
      if (what === "begins") await close();

      await importMessage(what === "begins" ? ports : changedBefore(close), importJobId, messageId);

      const { message } = await look(ports, messageId);
      expect(message).toMatchObject({ state: "Enqueued", attempts: 0 });
      expect(message.lastError).toContain('Data entity "Customer groups" is being changed.');
      await ports.leases.release(lease!);
      ports.advance(60_000);
      await importMessage(ports, importJobId, messageId);
      expect((await look(ports, messageId)).message.state).toBe("Processed");
    },
  );

  test("the change may die, and then the next import finds the entity as it was", async () => {
    await close();

    expect((await importFile(ports, body)).message.state).toBe("Processed");
    expect(await newest()).toMatchObject({ version: 1 });
    expect((await newest())?.isClosed).toBeUndefined();
  });

  test("a change that stood still, while an import went on without it, changes nothing any more", async () => {
    const slow: TestPorts = {
      ...ports,
      entities: {
        ...ports.entities,
        list: async () => {
          const refs = await ports.entities.list();
          if ((await newest())?.isClosed) {
            ports.advance(120_000);
            await importFile(ports, body);
          }
          return refs;
        },
      },
    };

    await expect(save(keyedByBoth, slow)).rejects.toMatchObject({ code: "preconditionFailed" });

    expect((await newest())?.value).toEqual(customerGroups);
    expect(await recordsOf(ports)).toEqual([["10", "Wholesale", "", "1"]]);
  });
});

test("an export does not read records that have another key than the entity that it began with", async () => {
  await importFile(ports, body);
  const begun = await beginExport(ports, exportJob, ports.clock.now());
  const broken = { ...ports, files: { ...ports.files, store: () => Promise.reject(new Error("503")) } };
  await expect(exportMessage(broken, exportJobId, begun.messageId)).rejects.toThrow("503");
  await defineLines(ports, [{ truncateFirst: true }]);
  await empty();
  await save(keyedByBoth);
  await importFile(ports, body);

  await exportMessage(ports, exportJobId, begun.messageId);

  const { value: message } = (await ports.messages.findOutbound(exportJobId, begun.messageId))!;
  expect(message).toMatchObject({ state: "PostProcessingError", isFileUploaded: false });
  expect(message.lastError).toContain('Data entity "Customer groups" changed from version 1 to version 2');
});
