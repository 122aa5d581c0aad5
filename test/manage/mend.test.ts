import { beforeEach, expect, test } from "vitest";
import { messageDetailAnswer } from "../../shared/http/manageAnswerSchemas.ts";
import { runErrorsAnswer } from "../../shared/http/manageErrorSchema.ts";
import { mendAnswer, rejectedRowsAnswer } from "../../shared/http/manageMendSchema.ts";
import { removeMessage } from "../../shared/usecases/retention/removeMessage.ts";
import { customerGroups, importJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { importFile, look } from "../usecases/world.ts";
import { manageApp, managerId } from "./manageApp.ts";

const file = "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,1\r\n20,Retail,much\r\n30,Web,x\r\n";

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;
let executionId: string;
let messageId: string;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
  const { message, execution } = await importFile(ports, file);
  messageId = message.id;
  executionId = execution!.id;
});

const wish = (changes: object = {}) => ({
  executionId: `{${executionId.toUpperCase()}}`,
  entity: customerGroups.name,
  rows: [{ line: 3, values: { CreditLimit: "2" } }],
  ...changes,
});
const mend = (changes: object = {}, roles?: readonly string[]) =>
  call("POST", `messages/${messageId}/mend`, { body: wish(changes), ...(roles && { roles }) });

test("rejected rows are listed by their cells, and lead there from their execution", async () => {
  const execution = await call("GET", `executions/${executionId}`);
  const address = execution.json.entities[0].links.rejected.split("/manage/api/")[1];

  const listed = await call("GET", `${address}?limit=1`, { roles: ["Integration.Read"] });
  const rest = await call("GET", `${address}?limit=1&continuation=${listed.json.continuation}`);

  const { items, columns, whyNot } = rejectedRowsAnswer.parse(listed.json);
  expect([columns, whyNot]).toEqual([["CustomerGroupId", "Description", "CreditLimit"], undefined]);
  expect(items).toEqual([
    {
      line: 3,
      reason: expect.stringContaining('"much"'),
      errors: [
        { field: "CREDITLIMIT", column: "CreditLimit", code: "DMF2018", reason: expect.stringContaining('"much"') },
      ],
      values: { CustomerGroupId: "20", Description: "Retail", CreditLimit: "much" },
    },
  ]);
  expect(rest.json.items.map((row: { line: number }) => row.line)).toEqual([4]);
});

test("a changed row becomes a message that its first one names, in answers, list and audit trail", async () => {
  const mended = await mend({ leaveOut: [4] });
  await ports.drain();

  expect(mended.status).toBe(202);
  const { id, mends } = mendAnswer.parse(mended.json);
  expect(mends).toBe(messageId);
  const [first, second] = [await call("GET", `messages/${messageId}`), await call("GET", `messages/${id}`)];
  expect(second.json).toMatchObject({ state: "Processed", mends: { messageId, executionId, rows: 1 } });
  expect(second.json.history[0].note).toBe(`mends message ${messageId}: 1 row of "Customer groups"`);
  expect(first.json.mendedBy).toEqual([
    {
      messageId: id,
      state: "Processed",
      executionId,
      entity: "Customer groups",
      rows: 1,
      leftOut: 1,
      at: expect.any(String),
      applicationId: managerId,
      links: { self: second.json.links.self },
    },
  ]);
  expect(first.json.links.mend).toContain(`messages/${messageId}/mend`);
  expect(second.json.links.mended).toBe(first.json.links.self);
  const rows = await call("GET", `executions/${executionId}/rejected/Customer%20groups`);
  expect(rows.json.items).toMatchObject([{ mendedBy: id }, { leftOutBy: id }]);
  const audit = await call("GET", `audit?kind=message&target=${messageId}`);
  expect(audit.json.items[0]).toMatchObject({ action: "mend", detail: expect.stringContaining(id) });
  expect((await call("GET", `messages/${id}/content`)).text).toContain("3,,,,,20,Retail,2");
});

test("the same again has the same answer, and the same row otherwise is refused", async () => {
  const { json } = await mend();

  expect((await mend()).json).toEqual(json);
  const refused = await mend({ rows: [{ line: 3, values: { CreditLimit: "3" } }] });
  expect(refused.status).toBe(409);
  expect(refused.json.detail).toContain(json.id);
});

test("whoever may only look mends nothing, and a wish that is no wish is told where", async () => {
  expect((await mend({}, ["Integration.Read"])).status).toBe(403);
  expect((await mend({ rows: [] })).json.errors[0].path).toBe("rows");
  expect((await mend({ rows: [{ line: 2, values: { CreditLimit: "3" } }] })).json.errors[0]).toEqual({
    path: "rows[0].line",
    message: "The run rejected no row of line 2.",
  });
  expect((await mend({ entity: "Others" })).status).toBe(404);
  expect((await look(ports, messageId, importJob)).message.mendedBy).toBeUndefined();
});

test("a first one says when what mends it was discarded, or is past its retention", async () => {
  const ids = [];
  for (const line of [3, 4]) ids.push((await mend({ rows: [{ line, values: { CreditLimit: "2" } }] })).json.id);
  expect((await call("POST", `messages/${ids[0]}/discard`, { body: { reason: "wrong" } })).status).toBe(200);
  await removeMessage(ports, (await ports.messages.find(importJob.activityId, ids[1]))!);

  const { mendedBy } = messageDetailAnswer.parse((await call("GET", `messages/${messageId}`)).json);

  expect(mendedBy!.map(({ messageId: id, state }) => [id, state])).toEqual([
    [ids[0], "Discarded"],
    [ids[1], undefined],
  ]);
});

test("the errors of a run are listed by the id of its execution, or of its message, page by page", async () => {
  const roles = ["Integration.Read"];

  const first = await call("GET", `executions/${executionId}/errors?limit=1`, { roles });
  const rest = await call("GET", `executions/${messageId}/errors?continuation=${first.json.continuation}`, { roles });

  const facts = { entity: customerGroups.name, field: "CREDITLIMIT", code: "DMF2018" };
  expect(runErrorsAnswer.parse(first.json).items).toEqual([
    { ...facts, line: 3, message: expect.stringContaining('"much"') },
  ]);
  expect(runErrorsAnswer.parse(rest.json)).toEqual({
    items: [{ ...facts, line: 4, message: expect.stringContaining('"x"') }],
  });
  expect((await call("GET", `executions/${executionId}/errors?limit=10000`)).json.items).toHaveLength(2);
  expect((await call("GET", `executions/${executionId}/errors?limit=10001`)).status).toBe(400);
});

test("a run that failed before its first record lists why, and one that there is not is not found", async () => {
  const { execution } = await importFile(ports, " \r\n1,2\r\n");

  const { json } = await call("GET", `executions/${execution!.id}/errors`);

  expect(json.items).toEqual([{ line: 1, field: "", code: "FF004", message: expect.stringContaining("header row") }]);
  expect((await call("GET", "executions/00000000-0000-4000-8000-00000000dead/errors")).status).toBe(404);
  expect((await call("GET", "executions/x/errors")).status).toBe(400);
});
