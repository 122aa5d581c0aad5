import { beforeEach, describe, expect, test } from "vitest";
import { projectRunsId } from "../../../shared/usecases/orders/projectRuns.ts";
import { saveProject } from "../../../shared/usecases/definitions/saveProject.ts";
import { removeProject } from "../../../shared/usecases/definitions/removeDefinition.ts";
import { importMessage } from "../../../shared/usecases/import/importMessage.ts";
import { emptyEntity } from "../../../shared/usecases/operate/emptyEntity.ts";
import { retryMessage } from "../../../shared/usecases/operate/retryMessage.ts";
import { importNow } from "../../../shared/usecases/runs/importNow.ts";
import { bytesOf, customerGroups, exportProject, importProject, line, operator } from "../../support/definitions.ts";
import type { TestPorts } from "../../support/memoryPorts.ts";
import { define, importFile, manifestOf, packageOf, plainUpload, recordsOf, upkeep } from "../../usecases/world.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const file = { inputFilePath: "Customer groups.csv", targetEntity: null };
const manifest = manifestOf({ ...file, entityName: customerGroups.name });
const rows = { "Customer groups.csv": "CUSTOMERGROUPID,DESCRIPTION\r\n10,ten\r\n20,twenty\r\n" };
const id = "Made by RIS-2026-11-26_12-30-00-7E5D3C0A-5e2b-4a39-8f0d-0123456789ab";
/** As RIS sends it, behind the address. */
const sent = {
  definitionGroupId: "Made by RIS",
  executionId: id,
  execute: true,
  overwrite: true,
  legalEntityId: "USMF",
};
const other = { applicationId: "00000000-0000-4000-8000-0000000000c2" };

let ports: ODataWorld["ports"];
let ground: ODataWorld["ground"];
let valueOf: ODataWorld["valueOf"];

beforeEach(async () => {
  ({ ports, ground, valueOf } = await odataWorld());
});

async function freshUrl(caller = {}): Promise<string> {
  return JSON.parse(await valueOf("GetAzureWriteUrl", { uniqueFileName: "../../etc/passwd" }, caller)).BlobUrl;
}

const putAt = (url: string, bytes: Uint8Array) => ground.valet("uploads").putAll(url, bytes);

async function sendPackage(files: Parameters<typeof packageOf>[1] = rows, of = manifest): Promise<string> {
  const url = await freshUrl();
  expect(await putAt(url, await packageOf(of, files))).toBe(true);
  return url;
}

const importOf = async (changes: object = {}, files = rows) =>
  valueOf("ImportFromPackage", { packageUrl: await sendPackage(files), ...sent, ...changes });
const statusOf = (executionId: unknown) => valueOf("GetExecutionSummaryStatus", { executionId });
const findProject = async (name = sent.definitionGroupId) => ports.definitions.find("project", name);
const messagesOf = async (name = sent.definitionGroupId) =>
  (await ports.messages.list(projectRunsId(name), { limit: 10 })).items;
const groups = async () => (await recordsOf(ports)).map(([group]) => group);

describe("GetAzureWriteUrl", () => {
  test.each(["GetAzureWriteUrl", "GetAzureWritableUrl"])(
    "by %s gives an address for one new name of the service's own",
    async (action) => {
      const given = JSON.parse(await valueOf(action, { uniqueFileName: "x/../y" }));
      const again = JSON.parse(await valueOf(action, {}));

      expect(given.BlobId).toMatch(/^\{[0-9A-F-]{36}\}$/);
      expect(new URL(given.BlobUrl).pathname).toBe(`/${given.BlobId.slice(1, -1).toLowerCase()}`);
      expect(again.BlobUrl).not.toBe(given.BlobUrl);
      expect(await putAt(given.BlobUrl, Buffer.from("x"))).toBe(true);
      expect(await ground.valet("uploads").get(given.BlobUrl)).toBeUndefined();
      ports.advance(30 * 60_000);
      expect(await putAt(given.BlobUrl, Buffer.from("y"))).toBe(false);
    },
  );
});

describe("a package that nobody calls for", () => {
  test("is cleared away when its day is over, and one whose address was never used leaves nothing", async () => {
    const packageUrl = await sendPackage();
    const unused = await freshUrl();
    ports.advance(ports.settings.uploadMs + 2 * 60 * 60_000);
    await upkeep(ports);

    expect((await ground.blobs("uploads").list("", { limit: 10 })).items).toEqual([]);
    expect((await ground.table("uploads").list("uploads", { limit: 10 })).rows).toEqual([]);
    for (const gone of [packageUrl, unused]) {
      const answer = await valueOf("ImportFromPackage", { packageUrl: gone, ...sent });
      expect(answer).toEqual([400, expect.stringContaining("it was cleared away since")]);
    }
  });
});

describe("ImportFromPackage", () => {
  test("makes the project that is not there, and answers the execution that imports by it", async () => {
    expect(await importOf()).toBe(id);
    expect(await statusOf(id)).toBe("NotRun");
    await ports.drain();

    expect(await statusOf(id)).toBe("Succeeded");
    expect((await findProject())?.value).toMatchObject({
      direction: "import",
      lines: [{ entity: customerGroups.name, format: "CSV" }],
    });
    expect(await groups()).toEqual(["10", "20"]);
    expect(await messagesOf()).toMatchObject([{ state: "Processed", company: "USMF" }]);
  });

  test("keeps the records in staging where it is not to be executed", async () => {
    await importOf({ execute: false });
    await ports.drain();

    expect([await statusOf(id), await groups()]).toEqual(["Succeeded", []]);
  });

  test("refuses a project that is there in the words of the original, unless it is to be overwritten", async () => {
    const replaced = { ...importProject, lines: [{ ...line, truncateFirst: true, format: "XML-Element" }] };
    await define(ports, "project", importProject.name, replaced);
    const asked = { definitionGroupId: importProject.name.toUpperCase(), overwrite: false };

    expect(await importOf(asked)).toEqual([
      400,
      `The data project '${importProject.name}' exists and overwrite has not been specified.`,
    ]);
    expect((await findProject(importProject.name))?.value).toEqual(replaced);
    expect(await importOf({ ...asked, overwrite: true })).toBe(id);
    expect((await findProject(importProject.name))?.value.lines).toMatchObject([{ format: "CSV" }]);
  });

  test("makes no new version of a project whose lines stay as they are", async () => {
    await importOf();
    const before = await findProject();
    expect(await importOf({ executionId: `${id} 2` })).toBe(`${id} 2`);

    expect((await findProject())?.version).toBe(before?.version);
  });

  test("is one run however often it is sent, also where the first call made the project", async () => {
    const body = { packageUrl: await sendPackage(), ...sent, overwrite: false };
    expect([await valueOf("ImportFromPackage", body), await valueOf("ImportFromPackage", body)]).toEqual([id, id]);
    await ports.drain();
    expect(await valueOf("ImportFromPackageAsync", { ...body, executionId: `{${id}}` })).toBe(`{${id}}`);

    expect(await messagesOf()).toHaveLength(1);
    const elsewhere = { ...body, definitionGroupId: "Another" };
    expect(await valueOf("ImportFromPackage", elsewhere)).toEqual([422, expect.stringContaining("another run")]);
    expect(await findProject("Another")).toBeUndefined();
  });

  test("makes up an execution id where none is sent", async () => {
    const made = await importOf({ executionId: null });
    await ports.drain();

    expect([made, await statusOf(made)]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), "Succeeded"]);
  });

  test.each([
    ["no header", { "PackageHeader.xml": undefined }, /^Could not find file 'PackageHeader.xml'/],
    ["no manifest", { "Manifest.xml": undefined }, /^Could not find file 'Manifest.xml'/],
    [
      "no file that the manifest names",
      { "Customer groups.csv": undefined },
      /^Could not find file 'Customer groups.csv'/,
    ],
  ])("refuses a package with %s, and leaves nothing of it", async (_what, files, message) => {
    const packageUrl = await sendPackage({ ...rows, ...files });

    expect(await valueOf("ImportFromPackage", { packageUrl, ...sent })).toEqual([400, expect.stringMatching(message)]);
    expect([await findProject(), await messagesOf()]).toEqual([undefined, []]);
  });

  test("refuses what is no package, or names an entity that there is not", async () => {
    const url = await freshUrl();
    await putAt(url, Buffer.from("no zip"));
    expect(await valueOf("ImportFromPackage", { packageUrl: url, ...sent })).toEqual([400, expect.any(String)]);

    const packageUrl = await sendPackage(rows, manifestOf({ ...file, entityName: "Widgets" }));
    const [status, message] = await valueOf("ImportFromPackage", { packageUrl, ...sent });
    expect([status, message]).toEqual([
      400,
      expect.stringMatching(/^Entity Widgets does not exist in the target environment/),
    ]);
    expect(await findProject()).toBeUndefined();
  });

  test.each([
    ["a company of five letters", { legalEntityId: "USMFX" }],
    ["no company for records per company", { legalEntityId: "" }],
    ["an execution id that nobody can see", { executionId: "\u200b" }],
  ])("takes the project back that it made for a call with %s", async (_what, changes) => {
    expect(await importOf(changes)).toEqual([400, expect.any(String)]);
    expect([await findProject(), await messagesOf()]).toEqual([undefined, []]);
  });

  test.each([
    "",
    "x",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "https://files.example/uploads/a.zip",
    "memory://inbound/00000000-0000-4000-8000-0000000000aa",
    "memory://uploads/00000000-0000-4000-8000-0000000000aa",
    "memory://uploads/../inbound/x",
    "memory://user@uploads/00000000-0000-4000-8000-0000000000aa",
  ])("calls no other address than one that was given out, such as %j", async (packageUrl) => {
    expect(await valueOf("ImportFromPackage", { packageUrl, ...sent })).toEqual([
      400,
      expect.stringContaining("packageUrl: "),
    ]);
  });

  test("takes an address from nobody but the application that was given it, and nothing from one that is empty", async () => {
    const packageUrl = await sendPackage();
    const [status, message] = await valueOf("ImportFromPackage", { packageUrl, ...sent }, other);
    expect([status, message]).toEqual([400, expect.stringContaining("gave to this application")]);
    const empty = await valueOf("ImportFromPackage", { packageUrl: await freshUrl(), ...sent });
    expect(empty).toEqual([400, expect.stringContaining("Nothing was put there yet")]);
  });

  test("imports what it checked, whatever is put under the address meanwhile", async () => {
    const packageUrl = await sendPackage();
    const read = ports.uploads.read.bind(ports.uploads);
    const others = await packageOf(manifest, { "Customer groups.csv": "CUSTOMERGROUPID\r\n66\r\n" });
    let reads = 0;
    ports.uploads.read = (...asked) => {
      const bytes = read(...asked);
      return (async function* changing() {
        yield* bytes;
        if (++reads === 2) await putAt(packageUrl, others);
      })();
    };
    const [status, message] = await valueOf("ImportFromPackage", { packageUrl, ...sent });
    expect([status, message]).toEqual([409, expect.stringContaining("Another package was put there")]);
    expect([await findProject(), await messagesOf()]).toEqual([undefined, []]);

    ports.uploads.read = read;
    await valueOf("ImportFromPackage", { packageUrl, ...sent });
    await putAt(packageUrl, Buffer.from("later"));
    await ports.drain();
    expect(await groups()).toEqual(["66"]);
  });

  test("imports by the lines of its package, whatever the next one makes of the project before it begins", async () => {
    await importOf();
    await define(ports, "entity", "Widgets", { ...customerGroups, name: "Widgets", aotName: "WidgetEntity" });
    const packageUrl = await sendPackage(rows, manifestOf({ ...file, entityName: "Widgets" }));
    expect(await valueOf("ImportFromPackage", { packageUrl, ...sent, executionId: `${id} 2` })).toBe(`${id} 2`);
    expect((await findProject())?.value.lines).toMatchObject([{ entity: "Widgets" }]);
    await ports.drain();

    expect([await statusOf(id), await groups()]).toEqual(["Succeeded", ["10", "20"]]);
  });

  test("of two that make the same project at once, by different calls, lets one make it", async () => {
    const [one, two] = [await sendPackage(), await sendPackage()];
    const asked = { ...sent, overwrite: false };
    const answers = await Promise.all([
      valueOf("ImportFromPackage", { packageUrl: one, ...asked }),
      valueOf("ImportFromPackage", { packageUrl: two, ...asked, executionId: `${id} 2` }),
    ]);
    await ports.drain();

    expect(answers).toContainEqual([
      400,
      "The data project 'Made by RIS' exists and overwrite has not been specified.",
    ]);
    expect(answers.filter((answer) => typeof answer === "string")).toHaveLength(1);
    expect([(await findProject())?.version, await messagesOf()]).toEqual([
      1,
      [expect.objectContaining({ state: "Processed" })],
    ]);
  });

  test("keeps the project that it made where another call has run by it meanwhile, though its own is refused", async () => {
    const [one, two] = [await sendPackage(), await sendPackage()];
    const read = ports.uploads.read.bind(ports.uploads);
    ports.uploads.read = (room, offset, ...length) => {
      const bytes = read(room, offset, ...length);
      if (offset !== undefined) return bytes;
      ports.uploads.read = read;
      return (async function* overtaken() {
        yield* bytes;
        await valueOf("ImportFromPackage", { packageUrl: two, ...sent, executionId: `${id} 2` });
        await ports.drain();
        await putAt(one, Buffer.from("another"));
      })();
    };

    expect(await valueOf("ImportFromPackage", { packageUrl: one, ...sent })).toEqual([409, expect.any(String)]);
    expect([await findProject(), await statusOf(`${id} 2`)]).toEqual([expect.anything(), "Succeeded"]);
    expect(await messagesOf()).toMatchObject([{ state: "Processed" }]);
  });

  describe("cut off right behind the project that it made", () => {
    const asked = { ...sent, overwrite: false };
    let packageUrl: string;

    async function cutOff(): Promise<void> {
      packageUrl = await sendPackage();
      const change = ports.idempotency.change.bind(ports.idempotency);
      ports.idempotency.change = () => Promise.reject(new Error("the process ends here"));
      expect(await valueOf("ImportFromPackage", { packageUrl, ...asked })).toEqual([500, expect.any(String)]);
      ports.idempotency.change = change;
      expect(await findProject()).toBeDefined();
    }

    beforeEach(cutOff);

    test("goes on with it when it is sent again, though nothing is to be overwritten", async () => {
      expect(await valueOf("ImportFromPackage", { packageUrl, ...asked })).toBe(id);
      await ports.drain();

      expect([await statusOf(id), (await findProject())?.version]).toEqual(["Succeeded", 1]);
    });

    test.each([
      ["another execution id", { executionId: `${id} 2` }, {}],
      ["no execution id", { executionId: "" }, {}],
      ["the same one by another application", {}, other],
    ])("is in the way of a call with %s", async (_what, changes, caller) => {
      const own = await freshUrl(caller);
      await putAt(own, await packageOf(manifest, rows));
      const body = { packageUrl: own, ...asked, ...changes };
      expect(await valueOf("ImportFromPackage", body, caller)).toEqual([400, expect.stringContaining("exists and")]);
    });

    test("is in its way as soon as somebody has saved it", async () => {
      const { value } = (await findProject())!;
      await saveProject(ports, { ...value, description: "Mine" }, "any", operator);
      const answer = await valueOf("ImportFromPackage", { packageUrl, ...asked });
      expect(answer).toEqual([400, expect.stringContaining("exists and")]);
    });

    test("is in its way when an hour is over: who made it may well work by it", async () => {
      ports.advance(60 * 60_000);
      const answer = await valueOf("ImportFromPackage", { packageUrl, ...asked });
      expect(answer).toEqual([400, expect.stringContaining("exists and")]);
    });

    test("takes it back when it is refused after all, but not from the same call beside it", async () => {
      const refused = { packageUrl, ...asked, legalEntityId: "USMFX" };
      const find = ports.idempotency.find.bind(ports.idempotency);
      const read = ports.uploads.read.bind(ports.uploads);
      ports.uploads.read = (...which) => {
        const heldUntil = ports.clock.now() + 1_000;
        const value = { messageId: "other", reservedAt: ports.clock.now(), heldUntil };
        ports.idempotency.find = () => Promise.resolve({ value, etag: "1" });
        return read(...which);
      };
      expect(await valueOf("ImportFromPackage", refused)).toEqual([400, expect.any(String)]);
      expect(await findProject()).toBeDefined();
      Object.assign(ports.idempotency, { find });
      Object.assign(ports.uploads, { read });

      expect(await valueOf("ImportFromPackage", refused)).toEqual([400, expect.any(String)]);
      expect(await findProject()).toBeUndefined();
    });
  });

  test("is not answered again where the project is for others by now", async () => {
    const body = { packageUrl: await sendPackage(), ...sent };
    expect(await valueOf("ImportFromPackage", body)).toBe(id);
    const { value } = (await findProject())!;
    const applications = [{ applicationId: other.applicationId, isEnabled: true }];
    await define(ports, "project", value.name, { ...value, applications });

    const refusal = [400, "Data project Made by RIS does not exist."];
    expect(await valueOf("ImportFromPackage", body)).toEqual(refusal);
  });

  test("begins nothing where the project is for others by the moment when it would", async () => {
    await importOf();
    await ports.drain();
    const insert = ports.messages.insertInbound.bind(ports.messages);
    ports.messages.insertInbound = async (...message) => {
      ports.messages.insertInbound = insert;
      const { value } = (await findProject())!;
      const applications = [{ applicationId: other.applicationId, isEnabled: true }];
      await saveProject(ports, { ...value, applications }, "any", operator);
      return insert(...message);
    };

    const refusal = [400, "Data project Made by RIS does not exist."];
    expect(await importOf({ executionId: `${id} 2` })).toEqual(refusal);
    expect(await messagesOf()).toHaveLength(1);
  });

  test("changes no project that is for other applications, nor one that exports", async () => {
    const applications = [{ applicationId: other.applicationId, isEnabled: true }];
    await define(ports, "project", importProject.name, { ...importProject, applications });

    expect(await importOf({ definitionGroupId: importProject.name })).toEqual([403, expect.any(String)]);
    expect(await importOf({ definitionGroupId: exportProject.name })).toEqual([
      400,
      expect.stringContaining("exports"),
    ]);
    expect((await findProject(importProject.name))?.value).toMatchObject({ lines: importProject.lines, applications });
  });

  describe("to a project that had its name before and was for others", () => {
    const others = [{ applicationId: other.applicationId, isEnabled: true }];
    const name = "For others";
    const forOthers = { ...importProject, name, applications: others };
    const asOther = (action: string, body: object) => valueOf(action, body, other);

    beforeEach(async () => {
      await saveProject(ports, forOthers, undefined, operator);
    });

    async function runBefore(body: string) {
      const wish = { project: name, source: "file", company: "USMF" } as const;
      const started = await importNow(ports, wish, { ...plainUpload, body: bytesOf(body) }, other);
      await ports.drain();
      ports.advance(60_000);
      return { ...started, executionId: started.executionId! };
    }

    async function remake() {
      await removeProject(ports, name, "any", operator);
      ports.advance(60_000);
      await importOf({ definitionGroupId: name });
      await ports.drain();
    }

    test("opens nothing of what ran by that one, which stays for those whom it was for", async () => {
      const { executionId, messageId } = await runBefore("CUSTOMERGROUPID\n1\n");
      await remake();

      const unknown = [400, `Execution details were not found for execution id: ${executionId}`];
      expect([await statusOf(executionId), await statusOf(id)]).toEqual([unknown, "Succeeded"]);
      expect(await valueOf("GetMessageStatus", { messageId })).toEqual([400, expect.any(String)]);
      expect(await asOther("GetExecutionSummaryStatus", { executionId })).toBe("Succeeded");
    });

    test("tells a run by its time that ended before it knew which version of the project it was of", async () => {
      const { executionId } = await runBefore("CUSTOMERGROUPID\n1\n");
      await ports.executions.save({ ...(await ports.executions.find(executionId))!, projectVersion: 0 });
      await remake();

      expect(await statusOf(executionId)).toEqual([400, expect.any(String)]);
      expect(await asOther("GetExecutionSummaryStatus", { executionId })).toBe("Succeeded");
    });

    test("keeps apart however many projects had the name, one after another", async () => {
      const first = await runBefore("CUSTOMERGROUPID\n1\n");
      await remake();
      await removeProject(ports, name, "any", operator);
      await saveProject(ports, forOthers, undefined, operator);
      const last = await runBefore("CUSTOMERGROUPID\n1\n");

      const asked = [first.executionId, id, last.executionId];
      expect(await Promise.all(asked.map(statusOf))).toEqual([expect.any(Array), "Succeeded", expect.any(Array)]);
      const statuses = asked.map((executionId) => asOther("GetExecutionSummaryStatus", { executionId }));
      expect(await Promise.all(statuses)).toEqual(["Succeeded", "Succeeded", "Succeeded"]);
    });

    test("runs nothing again that failed by that one", async () => {
      const { messageId } = await runBefore("NOTHING\n1\n");
      await remake();

      const retried = retryMessage(ports, projectRunsId(name), messageId, operator);
      await expect(retried).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("was deleted"),
      });
    });

    test("is taken back all the same where its call is refused", async () => {
      await runBefore("CUSTOMERGROUPID\n1\n");
      await removeProject(ports, name, "any", operator);

      expect(await importOf({ definitionGroupId: name, legalEntityId: "USMFX" })).toEqual([400, expect.any(String)]);
      expect(await findProject(name)).toBeUndefined();
    });
  });

  test("of the data migration toolkit is another name of it", async () => {
    const body = { packageUrl: await sendPackage(), ...sent, importBatchGroupId: "", failOnError: false };
    expect(await valueOf("ImportFromDMTPackage", body)).toBe(id);
  });
});

describe("ImportFromDMTPackage with failOnError", () => {
  const widgets = { ...customerGroups, name: "Widgets", aotName: "WidgetEntity" };
  const gadgets = { ...customerGroups, name: "Gadgets", aotName: "GadgetEntity" };
  const packed = (unit: number, entityName: string) => ({
    ...file,
    entityName,
    inputFilePath: `${entityName}.csv`,
    executionUnit: unit,
  });
  const good = "CUSTOMERGROUPID,DESCRIPTION\r\n10,ten\r\n20,twenty\r\n";
  const importAll = async (widgetRows: string, changes: object = {}) => {
    const all = manifestOf(packed(1, customerGroups.name), packed(2, "Widgets"), packed(3, "Gadgets"));
    const files = { "Customer groups.csv": good, "Widgets.csv": widgetRows, "Gadgets.csv": good };
    const packageUrl = await sendPackage(files as unknown as typeof rows, all);
    const answer = await valueOf("ImportFromDMTPackage", { packageUrl, ...sent, failOnError: true, ...changes });
    await ports.drain();
    return answer;
  };
  const entities = () => Promise.all([groups(), recordsOf(ports, widgets), recordsOf(ports, gadgets)]);

  beforeEach(async () => {
    await define(ports, "entity", widgets.name, widgets);
    await define(ports, "entity", gadgets.name, gadgets);
  });

  test("imports what is good as any other import does", async () => {
    expect(await importAll(good)).toBe(id);
    expect(await statusOf(id)).toBe("Succeeded");
    expect((await entities()).map((records) => records.length)).toEqual([2, 2, 2]);
  });

  test.each([
    ["a rejected record", "CUSTOMERGROUPID,DESCRIPTION\r\n10,ten\r\n,none\r\n", 1],
    ["two records of one key", "CUSTOMERGROUPID,DESCRIPTION\r\n10,ten\r\n10,again\r\n", 1],
  ])("ends at the first entity with %s, which stays as it was, as do all behind it", async (_what, bad, count) => {
    await importAll(bad);

    expect(await statusOf(id)).toBe("PartiallySucceeded");
    expect((await entities()).map((records) => records.length)).toEqual([2, 0, 0]);
    const list = await valueOf("GetEntityExecutionSummaryStatusList", { executionId: id });
    expect(list.map(({ Status }: { readonly Status: string }) => Status)).toEqual(["Succeeded", "Failed", "NotRun"]);
    const errors = JSON.parse(await valueOf("GetExecutionErrors", { executionId: id }));
    expect(errors).toHaveLength(count + 1);
    expect(JSON.stringify(errors)).toContain("so none was imported, and no entity behind it (failOnError)");
    expect(await messagesOf()).toMatchObject([{ state: "PostProcessingError" }]);
    const asked = { executionId: id, entityName: "Widgets" };
    expect(await valueOf("GenerateImportTargetErrorKeysFile", asked)).toBe(true);
  });

  test("says what is stored when an attempt was cut off behind its commit, whatever has changed since", async () => {
    const rule = { kind: "lookup", entity: customerGroups.name, message: "No such group." } as const;
    const looking = widgets.fields.map((field) =>
      field.name === "DESCRIPTION" ? { ...field, callValidateField: true, rules: [rule] } : field,
    );
    await define(ports, "entity", widgets.name, { ...widgets, fields: looking });
    await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n10,ten\r\n");
    const files = { "Widgets.csv": "CUSTOMERGROUPID,DESCRIPTION\r\n1,10\r\n" } as unknown as typeof rows;
    const packageUrl = await sendPackage(files, manifestOf(packed(1, "Widgets")));
    await valueOf("ImportFromDMTPackage", { packageUrl, ...sent, failOnError: true });
    const upsert: TestPorts["entities"]["upsert"] = async (...commit) => {
      await ports.entities.upsert(...commit);
      throw new Error("the process ends here");
    };
    await expect(ports.drain({ entities: { ...ports.entities, upsert } })).rejects.toThrow("ends here");
    await emptyEntity(ports, customerGroups.name, { company: "USMF", count: 1 }, operator);
    ports.advance(60 * 60_000);
    const [message] = await messagesOf();
    await importMessage(ports, message!.activityId, message!.id);

    expect(await recordsOf(ports, widgets)).toEqual([["1", "10"]].map((cells) => expect.arrayContaining(cells)));
    expect(await statusOf(id)).toBe("PartiallySucceeded");
    expect(await messagesOf()).toMatchObject([{ state: "ProcessedWithErrors" }]);
  });

  test("is another run than one that goes on behind an error", async () => {
    await importAll(good);
    expect(await importAll(good, { failOnError: false })).toEqual([422, expect.stringContaining("another run")]);
  });
});
