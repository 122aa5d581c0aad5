import { beforeEach, describe, expect, test } from "vitest";
import { exportNow } from "../../../shared/usecases/runs/exportNow.ts";
import { importMessage } from "../../../shared/usecases/import/importMessage.ts";
import { cancelExecution } from "../../../shared/usecases/operate/cancelRun.ts";
import { discardMessage } from "../../../shared/usecases/operate/discardMessage.ts";
import { removeProject } from "../../../shared/usecases/definitions/removeDefinition.ts";
import { retryMessage } from "../../../shared/usecases/operate/retryMessage.ts";
import { removeMessage } from "../../../shared/usecases/retention/removeMessage.ts";
import {
  customerGroups,
  exportJob,
  exportProject,
  importJob,
  importProject,
  listedApplication,
  operator,
  packageJob,
} from "../../support/definitions.ts";
import { noon } from "../../support/memoryPorts.ts";
import {
  define,
  defineLines,
  importFile,
  look,
  manifestOf,
  newestExport,
  packageOf,
  push,
  recordsOf,
  runNow,
} from "../../usecases/world.ts";
import { base } from "./odataApp.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const header = "CustomerGroupId,Description,CreditLimit\r\n";
const entity = customerGroups.name;
const unknownId = "00000000-0000-4000-8000-00000000dead";
const stranger = { applicationId: "00000000-0000-4000-8000-0000000000c9" };
const withoutRole = { roles: [] as string[] };
const type = "application/json; odata.metadata=minimal; charset=utf-8";
const context = (name: string) => `{"@odata.context":"${base}/data/$metadata#${name}","value":`;
const statusType = "Microsoft.Dynamics.DataEntities.DMFExecutionSummaryStatus";

let ports: ODataWorld["ports"];
let ground: ODataWorld["ground"];
let act: ODataWorld["act"];
let valueOf: ODataWorld["valueOf"];

beforeEach(async () => {
  ({ ports, ground, act, valueOf } = await odataWorld());
});

const errorsIn = async (executionId: string) => JSON.parse(await valueOf("GetExecutionErrors", { executionId }));
const someRejected = () => importFile(ports, `${header}10,ten,1\r\n20,twenty,much\r\n`);
const notFound = (id: string) => [400, `Execution details were not found for execution id: ${id}`];

describe("what became of a run", () => {
  test("is answered byte by byte as clients read it", async () => {
    const { execution } = await someRejected();

    const answer = await act("GetExecutionSummaryStatus", `{"executionId":"${execution!.id}"}`);

    expect([answer.status, answer.text]).toEqual([200, `${context(statusType)}"PartiallySucceeded"}`]);
    expect([answer.headers.get("content-type"), answer.headers.get("odata-version")]).toEqual([type, "4.0"]);
    const page = await act("GetExecutionSummaryPageUrl", { executionId: execution!.id });
    expect(page.text).toBe(`${context("Edm.String")}"${base}/manage/executions/${execution!.id}"}`);
  });

  test("is told by every spelling of its id, and by that of its message", async () => {
    const { message, execution } = await someRejected();

    for (const id of [execution!.id, message.id]) {
      const wrapped = [
        id,
        id.toUpperCase(),
        `{${id}}`,
        `"${id}"`,
        `"{${id.toUpperCase()}}"`,
        ` '${id}' `,
        `%7B${id}%7D`,
      ];
      for (const executionId of wrapped) {
        expect([executionId, await valueOf("GetExecutionSummaryStatus", { executionId })]).toEqual([
          executionId,
          "PartiallySucceeded",
        ]);
      }
    }
    expect(await valueOf("GetExecutionSummaryStatus", `{'EXECUTIONID': '${message.id}'}`)).toBe("PartiallySucceeded");
  });

  test("is final only when the message has ended, and is told from the moment that it was accepted", async () => {
    const messageId = await push(ports, `${header}10,ten,1\r\n`);
    const before = await Promise.all([
      valueOf("GetExecutionSummaryStatus", { executionId: messageId }),
      valueOf("GetMessageStatus", { messageId }),
      valueOf("GetExecutionIdByMessageId", { _messageId: messageId }),
      valueOf("GetExecutionErrors", { executionId: messageId }),
      valueOf("GetExecutionSummaryPageUrl", { executionId: messageId }),
    ]);
    await runNow(ports);
    const { message } = await look(ports, messageId);

    expect(before).toEqual([
      "NotRun",
      "Enqueued",
      "00000000-0000-0000-0000-000000000000",
      "[]",
      `${base}/manage/messages/${messageId}`,
    ]);
    expect(await valueOf("GetExecutionSummaryStatus", { executionId: messageId })).toBe("Succeeded");
    expect(await valueOf("GetMessageStatus", { messageId })).toBe("Processed");
    expect(await valueOf("GetExecutionIdByMessageId", { _messageId: messageId })).toBe(message.executionId);
  });

  test("is canceled when somebody gave it up before it began", async () => {
    const messageId = await push(ports, `${header}10,ten,1\r\n`);
    await discardMessage(ports, importJob.activityId, messageId, operator, "a double");

    expect(await valueOf("GetExecutionSummaryStatus", { executionId: messageId })).toBe("Canceled");
    expect(await valueOf("GetMessageStatus", { messageId })).toBe("PreProcessingError");
  });

  test("is canceled when somebody ended it, and its errors and message say so", async () => {
    const { messageId, executionId } = await exportNow(
      ports,
      { project: exportProject.name, company: "USMF" },
      operator,
    );
    await cancelExecution(ports, executionId!, operator);

    expect(await valueOf("GetExecutionSummaryStatus", { executionId })).toBe("Canceled");
    expect(await errorsIn(executionId!)).toEqual([
      { RecordId: "", Field: "", ErrorMessage: "Canceled by an operator." },
    ]);
    expect(await valueOf("GetMessageStatus", { messageId })).toBe("PostProcessingFailed");
    expect(await valueOf("GetExportedPackageUrl", { executionId })).toEqual([
      400,
      "The run has no package: Canceled by an operator.",
    ]);
  });

  test("is told by what its caller calls it, of the last time that it ran", async () => {
    await importFile(ports, `${header}10,ten,1\r\n`);
    const requestedId = "Package 11/26/2026 12:30:00 pm (1)";
    const wish = { project: exportProject.name, company: "USMF", requestedId };
    await exportNow(ports, wish, operator);

    const status = () => valueOf("GetExecutionSummaryStatus", { executionId: requestedId });
    expect(await status()).toBe("NotRun");
    await ports.drain();
    expect(await status()).toBe("Succeeded");
    await exportNow(ports, { ...wish, isRepeated: true }, operator);
    expect(await status()).toBe("NotRun");
    await ports.drain();
    for (const executionId of [`"${requestedId.toUpperCase()}"`, `{${requestedId}}`]) {
      expect(await valueOf("GetExecutionSummaryStatus", { executionId })).toBe("Succeeded");
    }
  });

  test("is told of each entity with its counts", async () => {
    const { execution } = await someRejected();

    const { text } = await act("GetEntityExecutionSummaryStatusList", { executionId: execution!.id });

    const listed = "Collection(Microsoft.Dynamics.DataEntities.DMFEntityExecutionSummaryStatus)";
    expect(text).toBe(
      `${context(listed)}[{"EntityName":"Customer groups","Status":"PartiallySucceeded","TotalRecords":2,"SuccessRecords":1,"ErrorRecords":1,"ExecutionStartDateTime":"2026-11-24T12:00:00Z","ExecutionEndDateTime":"2026-11-24T12:00:00Z"}]}`,
    );
  });

  test("is refused in the original's words where there is none", async () => {
    for (const executionId of [unknownId, "P-2026-11-26_12-30-00", "../x", "x/execution.json"]) {
      for (const action of ["GetExecutionSummaryStatus", "GetEntityExecutionSummaryStatusList", "GetExecutionErrors"]) {
        expect(await valueOf(action, { executionId })).toEqual(notFound(executionId));
      }
      const file = { executionId, entityName: entity };
      expect(await valueOf("GenerateImportTargetErrorKeysFile", file)).toEqual(notFound(executionId));
    }
    for (const executionId of ["", null, {}, "x".repeat(300), "a\nb"]) {
      const { status, json } = await act("GetExecutionSummaryStatus", { executionId });
      expect([status, json.error.details[0].target]).toEqual([400, "executionId"]);
    }
    expect(await valueOf("GetMessageStatus", { messageId: unknownId })).toEqual([
      400,
      `There is no message ${unknownId}; it may be past its retention.`,
    ]);
  });

  test("reads in the words of the wire for a message", async () => {
    const states: unknown[] = [];
    const status = async (messageId: string) =>
      states.push(await valueOf("GetMessageStatus", `{'messageId':'${messageId}'}`));
    await status((await someRejected()).message.id);
    await status((await importFile(ports, " \r\n1\r\n")).message.id);
    const broken = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("inside")) } };
    const failing = await push(ports, `${header}30,x,1\r\n`);
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt++) {
      await importMessage(broken, importJob.activityId, failing).catch(() => undefined);
    }
    await status(failing);
    await runNow(ports, exportJob);
    const exported = (await newestExport(ports, exportJob))!;
    await status(exported.id);

    expect(states).toEqual(["ProcessedWithErrors", "PreProcessingError", "PostProcessingFailed", "Enqueued"]);
    expect(await valueOf("GetExecutionSummaryStatus", { executionId: exported.executionId! })).toBe("Succeeded");
  });
});

describe("the errors of a run", () => {
  test("are JSON in a text, one for each error of a row, by the line of the file", async () => {
    const { message, execution } = await importFile(ports, `${header}TOOLONGFORAKEY,"a ""b""",soon\r\n`);

    const { text } = await act("GetExecutionErrors", `{"executionId":"\\"${message.id}\\""}`);

    const [first, second] = execution!.entities[0]!.firstErrors;
    const expected = [
      { RecordId: "2", Field: "CUSTOMERGROUPID", ErrorMessage: expect.stringContaining(first!.message.slice(0, 40)) },
      { RecordId: "2", Field: "CREDITLIMIT", ErrorMessage: expect.stringContaining('"soon"') },
    ];
    expect(second).toBeDefined();
    expect(
      text.startsWith(`${context("Edm.String")}"[{\\"RecordId\\":\\"2\\",\\"Field\\":\\"CUSTOMERGROUPID\\",`),
    ).toBe(true);
    expect(JSON.parse(JSON.parse(text).value)).toEqual(expected);
  });

  test("are an empty list where there is none", async () => {
    const { execution } = await importFile(ports, `${header}10,ten,1\r\n`);

    expect((await act("GetExecutionErrors", { executionId: execution!.id })).text).toBe(
      `${context("Edm.String")}"[]"}`,
    );
  });

  test("say why a file was refused before its first record, and which field lacks", async () => {
    const { execution: headless } = await importFile(ports, " \r\n1\r\n");
    const { execution: keyless } = await importFile(ports, "Description\r\nx\r\n");

    expect(await errorsIn(headless!.id)).toEqual([
      { RecordId: "1", Field: "", ErrorMessage: expect.stringMatching(/^groups\.csv: The header row/) },
    ]);
    expect(await errorsIn(keyless!.id)).toEqual([
      { RecordId: "", Field: "CUSTOMERGROUPID", ErrorMessage: expect.stringMatching(/^groups\.csv: Field/) },
    ]);
  });

  test("of a package name the entity of each", async () => {
    await define(ports, "entity", "Cities", { ...customerGroups, name: "Cities", aotName: "CityEntity" });
    await defineLines(ports, [{}, { entity: "Cities", sequence: 2 }]);
    const cities = { entityName: "Cities", targetEntity: "CityEntity", inputFilePath: "Cities.csv" };
    const files = { "Customer groups.csv": `${header}10,x,much\r\n`, "Cities.csv": `${header}20,x,many\r\n` };
    const body = await packageOf(manifestOf({}, cities), files);
    const { execution } = await importFile(ports, body, {}, packageJob);

    expect(await errorsIn(execution!.id)).toEqual([
      { RecordId: "2", Field: "CREDITLIMIT", ErrorMessage: expect.stringMatching(/^Customer groups: .*"much"/) },
      { RecordId: "2", Field: "CREDITLIMIT", ErrorMessage: expect.stringMatching(/^Cities: .*"many"/) },
    ]);
  });

  test("are at most ten thousand, of which the last says where the others are", async () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => `${index},x,none`).join("\r\n");
    const { execution } = await importFile(ports, `${header}${rows}\r\n`);

    const errors = await errorsIn(execution!.id);

    expect(errors).toHaveLength(10_000);
    expect(errors.at(-1)).toEqual({
      RecordId: "",
      Field: "",
      ErrorMessage: expect.stringContaining(`GET ${base}/manage/api/executions/${execution!.id}/errors`),
    });
  });
});

describe("the rows that a run rejected", () => {
  const read = async (url: string) => {
    const found = await ground.valet(new URL(url).host).get(url);
    return found && { text: Buffer.from(found.bytes).toString(), disposition: found.disposition };
  };
  const urlOf = (executionId: string, entityName = entity) =>
    valueOf("GetImportTargetErrorKeysFileUrl", { executionId, entityName });
  const generate = (executionId: string, entityName = entity) =>
    valueOf("GenerateImportTargetErrorKeysFile", { executionId, entityName });

  test("are a file that an address without a token gives out for half an hour, and that imports again", async () => {
    const { execution } = await someRejected();

    const generated = await act("GenerateImportTargetErrorKeysFile", {
      executionId: execution!.id,
      entityName: entity,
    });
    expect(generated.text).toBe(`${context("Edm.Boolean")}true}`);
    const url = await urlOf(execution!.id);
    const file = (await read(url))!;

    expect(file.disposition).toBe(
      `attachment; filename="Customer groups failed.csv"; filename*=UTF-8''Customer%20groups%20failed.csv`,
    );
    expect(file.text).toMatch(
      /^_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,Description,CreditLimit\r\n3,CREDITLIMIT,/,
    );
    await importFile(ports, file.text.replace(",much", ",2"));
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10", "20"]);
    ports.advance(30 * 60_000);
    expect(await read(url)).toBeUndefined();
    expect((await read(await urlOf(execution!.id)))!.text).toBe(file.text);
  });

  test("are found by the label and the AOT name of their entity, and by no other", async () => {
    const { execution } = await someRejected();

    for (const name of [entity, "CUSTOMER GROUPS", " custcustomergroupentity "]) {
      expect([name, await generate(execution!.id, name)]).toEqual([name, true]);
    }
    expect(await generate(execution!.id, "Nothing")).toEqual([400, expect.stringContaining('"Customer groups"')]);
  });

  test("are none where all were good, or none was read: no address is answered that is asked for without end", async () => {
    const { execution } = await importFile(ports, `${header}10,ten,1\r\n`);
    const { execution: unread } = await importFile(ports, " \r\n1\r\n");

    for (const executionId of [execution!.id, unread!.id]) {
      expect(await generate(executionId)).toBe(false);
      expect(await urlOf(executionId)).toEqual([400, expect.stringContaining("rejected no rows")]);
      expect(await valueOf("GetImportStagingErrorFileUrl", { executionId, entityName: entity })).toBe("");
    }
  });

  test("are asked for when the run has ended", async () => {
    const messageId = await push(ports, `${header}10,ten,much\r\n`);

    expect(await generate(messageId)).toEqual([409, expect.stringContaining("goes on")]);
    await runNow(ports);
    expect(await generate(messageId)).toBe(true);
  });

  test("stay those of an execution when its message is retried, and are refused for the message until that ends", async () => {
    const { message, execution } = await someRejected();
    expect(await generate(message.id)).toBe(true);
    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "rejected" });

    expect((await read(await urlOf(execution!.id)))!.text).toContain("much");
    expect(await urlOf(message.id)).toEqual([409, expect.stringContaining("goes on")]);
    await ports.drain();
    expect((await read(await urlOf(message.id)))!.text).toContain("much");
    expect(await valueOf("GetExecutionIdByMessageId", { _messageId: message.id })).not.toBe(execution!.id);
  });

  test("are gone with their execution, and no address is given out for them any more", async () => {
    const { message, execution } = await someRejected();
    expect(await generate(execution!.id)).toBe(true);
    const url = await urlOf(execution!.id);
    await removeMessage(ports, (await ports.messages.find(importJob.activityId, message.id))!);

    expect(await urlOf(execution!.id)).toEqual(notFound(execution!.id));
    expect(await generate(message.id)).toEqual(notFound(message.id));
    expect(await read(url)).toBeUndefined();
  });

  test("are gone (410) where storage has lost them alone", async () => {
    const { execution } = await someRejected();
    await ports.files.remove("executions", execution!.entities[0]!.failedFile!);

    expect(await generate(execution!.id)).toEqual([410, expect.stringContaining("no longer stored")]);
  });
});

describe("who may ask", () => {
  const closed = { applications: [{ applicationId: "00000000-0000-4000-8000-0000000000d7", isEnabled: true }] };
  const status = (executionId: string, caller: object) => valueOf("GetExecutionSummaryStatus", { executionId }, caller);
  const forbidden = [403, expect.stringContaining("Integration.Package")];

  test("is an application with the role, or one on the list of the job that it is about", async () => {
    const { message, execution } = await someRejected();

    expect(await status(execution!.id, stranger)).toBe("PartiallySucceeded");
    expect(await status(execution!.id, { ...withoutRole, applicationId: listedApplication })).toBe(
      "PartiallySucceeded",
    );
    expect(await valueOf("GetMessageStatus", { messageId: message.id }, withoutRole)).toBe("ProcessedWithErrors");
    expect(await status(execution!.id, { ...withoutRole, ...stranger })).toEqual(forbidden);
    expect(await status(unknownId, { ...withoutRole, ...stranger })).toEqual(forbidden);
    expect(await valueOf("GetEntitySequence", { listOfDataEntities: entity }, withoutRole)).toEqual(forbidden);
    expect(await status(execution!.id, { scopes: ["Manage.Access"] })).toEqual([403, expect.any(String)]);
  });

  test("is nobody else where the project names its applications: what is there looks as if it were not", async () => {
    const { execution } = await someRejected();
    await define(ports, "project", importProject.name, { ...importProject, ...closed });

    expect(await status(execution!.id, stranger)).toEqual(notFound(execution!.id));
    expect(await status(execution!.id, { applicationId: closed.applications[0]!.applicationId })).toBe(
      "PartiallySucceeded",
    );
    expect(await status(execution!.id, { applicationId: listedApplication })).toBe("PartiallySucceeded");
    const { items } = await ports.audit.list({ from: noon }, { limit: 10 });
    expect(items.filter(({ action }) => action === "refuse")).toEqual([
      expect.objectContaining({ ...stranger, kind: "project", target: importProject.name }),
    ]);
  });

  test("stays the same when the project is deleted", async () => {
    await define(ports, "project", "Closed", { ...exportProject, ...closed, name: "Closed" });
    const { executionId = "" } = await exportNow(ports, { project: "Closed", company: "USMF" }, operator);
    await ports.drain();
    await removeProject(ports, "Closed", "any", operator);

    expect(await status(executionId, stranger)).toEqual(notFound(executionId));
    expect(await status(executionId, { applicationId: closed.applications[0]!.applicationId })).toBe("Succeeded");
  });
});
