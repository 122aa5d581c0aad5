import { beforeEach, describe, expect, test } from "vitest";
import { entityAnswer } from "../../shared/http/manageEntitySchema.ts";
import { formatAnswer } from "../../shared/http/manageFormatSchema.ts";
import { jobAnswer } from "../../shared/http/manageJobSchema.ts";
import { projectAnswer } from "../../shared/http/manageProjectSchema.ts";
import { customerGroups, importJob, importProject, listedApplication } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { type Answer, manageApp } from "./manageApp.ts";

const { activityId: jobId, ...jobBody } = importJob;
let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
});

async function seedAll(): Promise<void> {
  expect((await call("PUT", "entities/Customer groups", { body: customerGroups })).status).toBe(201);
  expect((await call("PUT", `projects/${importProject.name}`, { body: importProject })).status).toBe(201);
  expect((await call("PUT", `jobs/${jobId}`, { body: jobBody })).status).toBe(201);
}

const etagOf = (answer: Answer): Record<string, string> => ({ "if-match": answer.headers.get("etag") ?? "" });

describe("every definition", () => {
  test("is created without If-Match and found at its Location, in the shape that OpenAPI gives", async () => {
    await seedAll();

    for (const [address, schema] of [
      ["entities/customer GROUPS", entityAnswer],
      [`projects/${importProject.name}`, projectAnswer],
      [`jobs/%7B${jobId.toUpperCase()}%7D`, jobAnswer],
      ["formats/CSV", formatAnswer],
    ] as const) {
      const answer = await call("GET", address);
      expect(answer.status).toBe(200);
      schema.parse(answer.json);
    }
  });

  test("needs If-Match to be replaced, and the newest one", async () => {
    const created = await call("PUT", "entities/Customer groups", { body: customerGroups });

    expect(created.headers.get("location")).toBe("https://files.example/manage/api/entities/Customer%20groups");
    expect((await call("PUT", "entities/Customer groups", { body: customerGroups })).status).toBe(428);
    const put = { body: customerGroups, headers: etagOf(created) };
    expect((await call("PUT", "entities/Customer groups", put)).json).toMatchObject({ version: 2 });
    expect((await call("PUT", "entities/Customer groups", put)).status).toBe(412);
    expect((await call("PUT", "entities/Other", { ...put, body: { ...customerGroups, name: "Other" } })).status).toBe(
      412,
    );
  });

  test("can be sent back as it was read", async () => {
    await seedAll();

    for (const address of ["entities/Customer groups", `projects/${importProject.name}`, `jobs/${jobId}`]) {
      const read = await call("GET", address);
      const again = await call("PUT", address, { body: read.json, headers: etagOf(read) });
      expect(again.json).toEqual({ ...read.json, version: 2, savedAt: again.json.savedAt });
    }
  });
});

test("a job shows its id and the addresses that clients are configured with", async () => {
  await seedAll();
  const created = await call("POST", "jobs", { body: { ...jobBody, name: "Another" } });

  expect(created.status).toBe(201);
  const id = created.json.activityId;
  expect(id).toMatch(/^\{[0-9A-F-]{36}\}$/);
  expect(created.json.links.enqueue).toBe(`https://files.example/api/connector/enqueue/${id}`);
  expect(created.json.applications).toEqual([{ applicationId: listedApplication, isEnabled: true }]);
  expect((await call("GET", `jobs/${id}`)).json.name).toBe("Another");
});
