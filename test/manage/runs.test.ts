import { beforeEach, expect, test } from "vitest";
import { exportProject, importProject, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { type Answer, type Call, manageApp } from "./manageApp.ts";

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
