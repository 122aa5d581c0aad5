import { beforeEach, describe, expect, test } from "vitest";
import { auditListAnswer } from "../../shared/http/manageAuditSchema.ts";
import { authorizeJob } from "../../shared/usecases/access/authorizeJob.ts";
import { bytesOf, customerGroups, importJob, importProject, listedApplication } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { enqueue } from "../usecases/world.ts";
import { type Call, manageApp, managerId } from "./manageApp.ts";

const { activityId: jobId, ...jobBody } = importJob;
const shownJob = `{${jobId.toUpperCase()}}`;
const stranger = "00000000-0000-4000-8000-0000000000c9";

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await call("PUT", "entities/Customer groups", { body: customerGroups });
  await call("PUT", `projects/${importProject.name}`, { body: importProject });
  await call("PUT", `jobs/${jobId}`, { body: jobBody });
});

async function read(query = ""): Promise<readonly string[]> {
  const { status, json } = await call("GET", `audit${query}`, { roles: ["Integration.Read"] });
  expect(status).toBe(200);
  const { items } = auditListAnswer.parse(json);
  return (items as { action: string; kind: string; target: string }[]).map(
    ({ action, kind, target }) => `${action} ${kind} ${target}`,
  );
}

async function discardOne(more: Pick<Call, "signedIn"> = {}): Promise<string> {
  const messageId = await enqueue(ports, importJob, {
    applicationId: listedApplication,
    entity: "Customer groups",
    company: undefined,
    externalIdentifier: "secret.csv",
    idempotencyKey: undefined,
    declaredBytes: undefined,
    body: bytesOf("CustomerGroupId\r\nPAYLOAD\r\n"),
  });
  await call("POST", `messages/${messageId}/discard`, { body: { reason: "Sent twice." }, ...more });
  return String(messageId);
}

describe("the audit trail", () => {
  test("tells who did what to which object, newest first", async () => {
    ports.advance(1);
    const id = await discardOne();
    ports.advance(1);
    await expect(authorizeJob(ports, { applicationId: stranger }, jobId, "import")).rejects.toMatchObject({
      code: "forbidden",
    });

    const { json } = await call("GET", "audit?limit=2", { roles: ["Integration.Read"] });

    expect(json.items).toEqual([
      {
        at: expect.any(String),
        applicationId: stranger,
        action: "refuse",
        kind: "job",
        target: shownJob,
        detail: "application id is not listed",
      },
      {
        at: expect.any(String),
        applicationId: managerId,
        action: "discard",
        kind: "message",
        target: id,
        activityId: shownJob,
        detail: "Sent twice.",
      },
    ]);
    const rest = await read(`?continuation=${encodeURIComponent(json.continuation)}`);
    expect(rest.toSorted()).toEqual([
      "save entity Customer groups",
      `save job ${shownJob}`,
      `save project ${importProject.name}`,
    ]);
  });

  test("is asked by object, in any spelling of an id, and by caller", async () => {
    const id = await discardOne();

    expect(await read(`?kind=job&target=${encodeURIComponent(shownJob)}`)).toHaveLength(2);
    expect(await read(`?kind=message&target=${id.toUpperCase()}`)).toEqual([`discard message ${id}`]);
    expect(await read("?kind=Entity&target=customer%20GROUPS")).toEqual(["save entity Customer groups"]);
    expect(await read(`?applicationId={${managerId}}&kind=project&target=${importProject.name}`)).toHaveLength(1);
    expect(await read(`?applicationId=${stranger}`)).toEqual([]);
  });

  test("names the person who used the application, in every answer that tells who did something", async () => {
    const person = { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" };
    const signedIn = { person, scopes: ["Manage.Access"] };
    ports.advance(1);
    const address = `projects/${importProject.name}`;
    const first = await call("GET", address);
    const saved = await call("PUT", address, { body: first.json, headers: { "if-match": "*" }, signedIn });

    const { json } = await call("GET", `audit?person={${person.objectId.toUpperCase()}}`);
    expect(json.items).toMatchObject([
      { applicationId: managerId, person, action: "save", target: importProject.name },
    ]);
    expect(json.items).toHaveLength(1);
    expect(first.json).not.toHaveProperty("savedByPerson");
    expect(saved.json).toMatchObject({ savedBy: managerId, savedByPerson: person });
    const again = await call("PUT", address, { body: saved.json, headers: { "if-match": "*" } });
    expect(again.json).not.toHaveProperty("savedByPerson");
    const id = await discardOne({ signedIn });
    expect((await call("GET", `messages/${id}`)).json.discarded).toMatchObject({ applicationId: managerId, person });
    expect((await call("GET", `audit?kind=message&target=${id}&person=${person.objectId}`)).json.items).toHaveLength(1);
  });

  test("alone knows the names of people: no log line holds one", async () => {
    const person = { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" };
    await discardOne({ signedIn: { person, scopes: ["Manage.Access"] } });
    const refused = authorizeJob(ports, { applicationId: stranger, person }, jobId, "import");

    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
    expect((await call("GET", "audit?limit=1&person=" + person.objectId)).json.items).toMatchObject([{ person }]);
    expect(ports.logged.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["message.discarded", "job.refused"]),
    );
    expect(JSON.stringify(ports.logged)).not.toContain(person.name);
  });

  test("is asked by time", async () => {
    const start = new Date(ports.clock.now() + 1000);
    ports.advance(1000);
    await call("POST", `jobs/${jobId}/run`);
    ports.advance(1000);
    await call("POST", `jobs/${jobId}/run`);

    const to = new Date(start.getTime() + 1000);
    expect(await read(`?from=${start.toISOString()}&to=${to.toISOString()}`)).toEqual([`run job ${shownJob}`]);
    expect(await read(`?from=${start.toISOString().replace("Z", "+00:00")}`)).toHaveLength(2);
  });

  test("holds nothing of a file", async () => {
    await discardOne();

    const { text } = await call("GET", "audit");

    expect(text).toContain("Sent twice.");
    expect(text).not.toMatch(/PAYLOAD|secret\.csv|CustomerGroupId/);
  });

  test.each([
    ["target=x", "kind"],
    ["kind=project", "target"],
    ["kind=queue&target=x", "kind"],
    ["kind=job&target=x", "target"],
    ["applicationId=me", "applicationId"],
    ["person=a@demo.example", "person"],
    ["from=yesterday", "from"],
    ["from=2026-01-31T12:00:00", "from"],
    ["to=2026-01-31", "to"],
    ["from=2026-01-31T12:00:00Z&to=2026-01-31T12:00:00Z", "to"],
    ["actor=me", "actor"],
    ["limit=0", "limit"],
  ])("refuses %s and names what is wrong", async (query, path) => {
    const { status, json } = await call("GET", `audit?${query}`);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });

  test("is closed to who has no role to read", async () => {
    expect((await call("GET", "audit", { roles: ["Integration.Connect"] })).status).toBe(403);
  });
});
