import { beforeEach, expect, test } from "vitest";
import { stagedRowAnswer, stagedRowsAnswer } from "../../shared/http/manageStagingSchema.ts";
import { importJob, importProject, line, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, importFile, look, runNow } from "../usecases/world.ts";
import { manageApp } from "./manageApp.ts";

const file = "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,1\r\n20,Retail,much\r\n";

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;
let messageId: string;
let rows: string;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
  const lines = [{ ...line, skipStaging: false }];
  await define(ports, "project", importProject.name, { ...importProject, lines });
  const { message, execution } = await importFile(ports, file);
  messageId = message.id;
  rows = `executions/${execution!.id}/staging/Customer%20groups`;
});

test("staged rows are listed with what is wrong with them, and lead there from their execution", async () => {
  const listed = await call("GET", `${rows}?state=error`);
  const execution = await call("GET", rows.slice(0, rows.indexOf("/staging")));

  expect(stagedRowsAnswer.parse(listed.json).items).toEqual([
    {
      line: 3,
      state: "error",
      field: "CREDITLIMIT",
      code: "DMF2018",
      reason: expect.stringContaining('"much"'),
      values: { CustomerGroupId: "20", Description: "Retail", CreditLimit: "much" },
    },
  ]);
  expect(execution.json.entities[0].links.staging).toContain(rows);
  expect((await call("GET", `${rows}/file`)).text).toContain("20,Retail,much");
});

test("a staged row is changed by whoever knows it, and copied by a retry", async () => {
  const address = `${rows}/rows/3`;
  const { headers } = await call("GET", address);
  const change = (body: object, ifMatch?: string) =>
    call("PUT", address, { body, ...(ifMatch !== undefined && { headers: { "if-match": ifMatch } }) });

  expect((await change({ values: { CreditLimit: "2" } })).status).toBe(428);
  expect((await change({ values: { CreditLimit: "2" } }, '"bm8"')).status).toBe(412);
  expect((await change({ values: { Limit: "2" } }, headers.get("etag")!)).json.errors[0].path).toBe("values.Limit");
  const changed = await change({ values: { CreditLimit: "2" } }, headers.get("etag")!);
  expect(stagedRowAnswer.parse(changed.json)).toMatchObject({
    state: "staged",
    code: "",
    values: { CreditLimit: "2" },
  });
  expect((await call("POST", `messages/${messageId}/retry?rows=staged`)).status).toBe(202);
  await ports.drain();
  await runNow(ports);
  const { message, execution } = await look(ports, messageId, importJob);
  expect(message.state).toBe("Processed");
  expect((await call("GET", `executions/${execution!.id}`)).json.entities[0].links).toEqual({
    staging: expect.stringContaining(rows),
  });
  expect((await call("GET", address)).json.state).toBe("copied");
});

test.each([
  ["rows=staged&execute=maybe", "Either true or false."],
  ["rows=rejected&execute=false", "Only staged rows"],
  ["rows=some", "One of all, rejected, staged."],
])("a retry is refused with ?%s: %s", async (query, why) => {
  const refused = await call("POST", `messages/${messageId}/retry?${query}`);

  expect(refused.status).toBe(400);
  expect(refused.json.errors[0].message).toContain(why);
});

test("a line that is none, and a state that no row has, are named", async () => {
  expect((await call("GET", `${rows}/rows/0`)).status).toBe(404);
  expect((await call("GET", `${rows}/rows/99`)).json.detail).toContain("no row of line 99");
  expect((await call("GET", `${rows}?state=odd`)).json.errors[0].message).toBe("One of staged, copied, error.");
});
