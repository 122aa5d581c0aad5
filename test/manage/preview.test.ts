import { beforeEach, expect, test } from "vitest";
import { exportProject, importProject, line, seed } from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { groupsFromSender } from "../support/stylesheets.ts";
import { type Answer, type Call, manageApp } from "./manageApp.ts";

let call: (method: string, address: string, call?: Call) => Promise<Answer>;

beforeEach(async () => {
  const ports = memoryPorts();
  await seed(ports);
  call = await manageApp(ports);
});

const at = (project: string) =>
  `projects/${encodeURIComponent(project)}/lines/${encodeURIComponent(line.entity)}/preview`;
const csv = "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,many\r\n20,Retail,\r\n";

test("a preview answers rows, problems and outcomes", async () => {
  const answer = await call("POST", `${at(importProject.name)}?company=USMF&limit=1&filename=a.csv`, { bytes: csv });

  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    fileName: "a.csv",
    stylesheets: [],
    rows: [{ line: 2, outcome: "rejected", problems: [{ column: "CreditLimit" }] }],
    counts: { created: 1, rejected: 1 },
  });
});

test("a preview shows the documents of the stylesheets as text", async () => {
  const body = { name: "From sender", content: groupsFromSender };
  expect((await call("PUT", "stylesheets/From%20sender", { body })).status).toBe(201);
  const project = `projects/${encodeURIComponent(importProject.name)}`;
  const lines = [{ ...line, format: "XML-Element", stylesheets: ["From sender"] }];
  const { json } = await call("GET", project);
  const saved = await call("PUT", project, { body: { ...json, lines }, headers: { "if-match": "*" } });
  expect(saved.status).toBe(200);
  const bytes = `<groups><group no="1"><title>Grün</title></group></groups>`;
  const answer = await call("POST", `${at(importProject.name)}?company=USMF`, { bytes });

  expect(answer.json.stylesheets).toMatchObject([
    { name: "From sender", isCut: false, document: expect.stringContaining("Grün") },
  ]);
  expect(answer.json.rows).toMatchObject([{ outcome: "created", values: { DESCRIPTION: "Grün" } }]);
});

test("a preview is refused for an export, without a company, without the role, and for too many rows", async () => {
  const query = "?company=USMF";
  expect(await call("POST", at(exportProject.name) + query, { bytes: csv })).toMatchObject({
    status: 400,
    json: { detail: expect.stringContaining("only an import has a preview") },
  });
  expect((await call("POST", at(importProject.name), { bytes: csv })).json.errors).toMatchObject([{ path: "company" }]);
  const roles = ["Integration.Read"];
  expect((await call("POST", at(importProject.name) + query, { bytes: csv, roles })).status).toBe(403);
  expect((await call("POST", `${at(importProject.name)}${query}&limit=201`, { bytes: csv })).status).toBe(400);
});
