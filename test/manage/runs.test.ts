import { beforeEach, expect, test } from "vitest";
import { exportProject, importProject, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { type Answer, type Call, manageApp, managerId } from "./manageApp.ts";

let ports: TestPorts;
let call: (method: string, address: string, call?: Call) => Promise<Answer>;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
  call = await manageApp(ports);
});

const at = `projects/${encodeURIComponent(importProject.name)}/import`;
const csv = "CustomerGroupId,Description\r\n10,Wholesale\r\n20,Retail\r\n";

test("an import of a project is answered before its work, with a message and a run that are there", async () => {
  const answer = await call("POST", `${at}?company=usmf&filename=a.csv`, { bytes: csv });
  expect(answer.status).toBe(202);
  const { messageId, executionId } = answer.json as { messageId: string; executionId: string };
  expect((await call("GET", `executions/${executionId}`)).json).toMatchObject({ messageId, entities: [] });
  expect((await call("GET", `messages/${messageId}`)).json).toMatchObject({ state: "Enqueued", company: "USMF" });
  await ports.drain();
  expect((await call("GET", `messages/${messageId}`)).json).toMatchObject({
    state: "Processed",
    externalIdentifier: "a.csv",
    execution: { id: executionId, entities: [{ created: 2 }] },
    links: { project: expect.stringMatching(/\/manage\/api\/projects\/Customer%20group%20import$/) },
  });
  expect((await call("GET", `messages/${messageId}/content`)).text).toBe(csv);
  expect((await call("GET", "messages?standing=ended")).json.items).toMatchObject([
    { id: messageId, project: importProject.name },
  ]);
});

test("an import of a project is one for one Idempotency-Key", async () => {
  const headers = { "idempotency-key": "one" };
  const first = await call("POST", `${at}?company=USMF`, { bytes: csv, headers });
  expect((await call("POST", `${at}?company=USMF`, { bytes: csv, headers })).json).toEqual(first.json);
  const other = await call("POST", `${at}?company=DEMF`, { bytes: csv, headers });
  expect(other).toMatchObject({ status: 422, json: { detail: expect.stringContaining("company") } });
});

test("an import of a project is refused without the role, for another source, and for a project that is not there", async () => {
  const roles = ["Integration.Read"];
  expect((await call("POST", `${at}?company=USMF`, { bytes: csv, roles })).status).toBe(403);
  expect((await call("POST", `${at}?source=table`, { bytes: csv })).json.errors).toMatchObject([{ path: "source" }]);
  expect((await call("POST", "projects/nothing/import", { bytes: csv })).status).toBe(404);
});

test("an export of a project is answered before its work, and ends with a package to download", async () => {
  await call("POST", `${at}?company=usmf`, { bytes: csv });
  await ports.drain();
  const exports = `projects/${encodeURIComponent(exportProject.name)}/export`;
  const asked = { company: "USMF", executionId: "P-1", entities: ["CustCustomerGroupEntity"], recordsMax: 1 };
  const answer = await call("POST", exports, { body: asked });
  expect(answer.status).toBe(202);
  const { messageId, executionId } = answer.json as { messageId: string; executionId: string };
  expect((await call("GET", `executions/${executionId}`)).json).toMatchObject({ messageId, direction: "export" });
  expect((await call("GET", `messages/${messageId}/content`)).status).toBe(404);
  await ports.drain();
  expect((await call("GET", `messages/${messageId}`)).json).toMatchObject({
    state: "Processed",
    project: exportProject.name,
    totalRecords: 1,
    execution: { id: executionId, entities: [{ exported: 1 }] },
  });
  expect((await call("GET", `messages/${messageId}/content`)).text).toMatch(/^PK/);
  expect((await call("POST", exports, { body: asked })).json).toEqual(answer.json);
  expect((await call("POST", exports, { body: { ...asked, recordsMax: 0 } })).status).toBe(422);
  expect((await call("POST", exports, { body: { company: "USMF", refresh: "some" } })).json.errors).toMatchObject([
    { path: "refresh" },
  ]);
});

test("the runs of a project that no job started are listed, newest first, with what became of them", async () => {
  const project = `projects/${encodeURIComponent(importProject.name)}`;
  const start = async (name: string, text = csv) =>
    (await call("POST", `${at}?company=USMF&filename=${name}&executionId=${name}`, { bytes: text })).json;
  await start("a.csv");
  await ports.drain();
  await start("b.csv", "NOTHING\r\n1\r\n");
  await ports.drain();
  const waiting = await start("c.csv");
  const canceled = await call("POST", `executions/${waiting["executionId"]}/cancel`);
  expect(canceled.json).toMatchObject({ state: "canceled", canceled: { applicationId: managerId } });
  expect((await call("POST", `executions/${waiting["executionId"]}/cancel`)).json).toEqual(canceled.json);
  await start("d.csv");

  const first = (await call("GET", `${project}/runs?limit=2`)).json;
  const rest = (await call("GET", `${project}/runs?continuation=${encodeURIComponent(first["continuation"])}`)).json;
  const items = [...first["items"], ...rest["items"]];
  expect(items).toMatchObject([
    { requestedId: "d.csv", state: "waiting", entities: [] },
    { requestedId: "c.csv", state: "canceled", failure: expect.stringContaining("Canceled") },
    { requestedId: "b.csv", state: "failed", failure: expect.stringContaining("b.csv") },
    {
      requestedId: "a.csv",
      state: "finished",
      entities: [{ succeeded: 2 }],
      requestedBy: { applicationId: managerId },
    },
  ]);
  expect(items.map(({ links }) => "cancel" in links)).toEqual([true, false, false, false]);
  expect(items.every((item) => !("activityId" in item))).toBe(true);
  expect((await call("GET", "projects/nothing/runs")).status).toBe(404);
});

test("a run that no job started names its project and no job, wherever it is shown", async () => {
  const { messageId, executionId } = (await call("POST", `${at}?company=USMF&filename=a.csv`, { bytes: csv })).json;
  await ports.drain();
  const shown = [
    (await call("GET", `messages/${messageId}`)).json,
    (await call("GET", `executions/${executionId}`)).json,
    (await call("GET", "messages?externalIdentifier=a.c")).json["items"][0],
    (await call("GET", `messages?id=${messageId}`)).json["items"][0],
    (await call("GET", "executions")).json["items"][0],
  ];
  for (const one of shown) {
    expect(one).toMatchObject({ project: importProject.name });
    expect(one).not.toHaveProperty("activityId");
  }
});

test("the package of an export is downloaded under its execution, and an import has none", async () => {
  const body = { company: "USMF" };
  const exports = `projects/${encodeURIComponent(exportProject.name)}/export`;
  const { executionId } = (await call("POST", exports, { body })).json;
  expect((await call("GET", `executions/${executionId}/package`)).status).toBe(404);
  await ports.drain();
  expect((await call("GET", `executions/${executionId}/package`)).text).toMatch(/^PK/);
  const imported = (await call("POST", `${at}?company=USMF`, { bytes: csv })).json;
  expect((await call("GET", `executions/${imported["executionId"]}/package`)).status).toBe(404);
  expect((await call("POST", `executions/${executionId}/cancel`)).status).toBe(409);
});
