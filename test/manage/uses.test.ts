import { beforeEach, describe, expect, test } from "vitest";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { customerGroups, importJob, importProject, line } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { manageApp } from "./manageApp.ts";

const { activityId, ...jobBody } = importJob;
const roles = ["Integration.Read"];
const groupUse = { path: "lines[0].entity", role: "line", line: "Customer groups" };

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
});

const uses = (address: string, query = "") => call("GET", `${address}/uses${query}`, { roles });

const remove = (address: string) => call("DELETE", address, { headers: { "if-match": "*" } });
const bare = (id: string | undefined) => id?.replace(/[{}]/g, "").toLowerCase();

interface Use {
  readonly kind: string;
  readonly name: string;
  readonly activityId?: string;
  readonly blocksDeletion: boolean;
}

async function put(address: string, body: object): Promise<void> {
  const answer = await call("PUT", address, { body, headers: { "if-match": "*" } });
  const created = answer.status === 412 ? await call("PUT", address, { body }) : answer;
  expect(created.status).toBeLessThan(300);
}

const project = (name: string, format = "CSV") => ({ ...importProject, name, lines: [{ ...line, format }] });

describe("where a definition is used", () => {
  test("is told of an entity, a format, a number sequence and a project, with each place", async () => {
    await put("number-sequences/Numbers", { name: "Numbers", format: "N-##" });
    const fields = customerGroups.fields.map((field) =>
      field.name === "DESCRIPTION" ? { ...field, numberSequence: "numbers" } : field,
    );
    await put("entities/Customer groups", { ...customerGroups, fields });
    await put("formats/Semi", { name: "Semi", columnDelimiter: "semicolon" });
    await put("projects/In", project("In", "semi"));
    await put(`jobs/${activityId}`, { ...jobBody, project: "In" });

    const inProject = { kind: "project", name: "In", version: 1, placeCount: 1, blocksDeletion: true };
    expect((await uses("entities/customer GROUPS")).json).toEqual({ items: [{ ...inProject, places: [groupUse] }] });
    expect((await uses("formats/Semi")).json.items).toEqual([
      { ...inProject, places: [{ path: "lines[0].format", role: "format", line: "Customer groups" }] },
    ]);
    expect((await uses("number-sequences/Numbers")).json.items).toMatchObject([
      { kind: "entity", name: "Customer groups", places: [{ path: "fields[1].numberSequence", field: "DESCRIPTION" }] },
    ]);
    const inJob = {
      kind: "job",
      name: jobBody.name,
      activityId: `{${activityId.toUpperCase()}}`,
      version: 1,
      placeCount: 1,
      blocksDeletion: true,
    };
    expect((await uses("projects/In")).json.items).toEqual([
      { ...inJob, places: [{ path: "project", role: "project" }] },
    ]);
  });

  test("is told of a job, which is not deleted for as long as a webhook hears it alone", async () => {
    await put("entities/Customer groups", customerGroups);
    await put("projects/In", project("In"));
    const job = { ...jobBody, project: "In", isEnabled: false };
    await put(`jobs/${activityId}`, job);
    const hears = { url: "https://receiver.example.com/", kind: "standardWebhook", events: ["message.ended"] };
    await put("webhooks/All", { ...hears, name: "All" });
    await put("webhooks/One", { ...hears, name: "One", activityId });

    expect((await uses(`jobs/${activityId}`)).json.items).toEqual([
      {
        kind: "webhook",
        name: "One",
        version: 1,
        places: [{ path: "activityId", role: "job" }],
        placeCount: 1,
        blocksDeletion: true,
      },
    ]);
    const refused = await remove(`jobs/${activityId}?discard=true`);
    expect([refused.status, refused.json.detail]).toEqual([
      409,
      `The recurring data job "${job.name}" is used by webhook "One".`,
    ]);
    expect(refused.json.referredBy).toEqual([{ kind: "webhook", name: "One" }]);
    await remove("webhooks/One");
    expect((await remove(`jobs/${activityId}`)).status).toBe(204);
  });

  test("is told of a stylesheet, and of a format that is built in", async () => {
    const content = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>`;
    await put("stylesheets/Turn", { name: "Turn", content });
    await put("entities/Customer groups", customerGroups);
    await put("projects/In", project("In"));

    expect((await uses("stylesheets/Turn")).json).toEqual({ items: [] });
    expect((await uses("formats/CSV")).json.items).toMatchObject([{ name: "In" }]);
  });

  test("follows what was saved last, by whomever", async () => {
    await put("entities/Customer groups", customerGroups);
    await put("formats/Semi", { name: "Semi", columnDelimiter: "semicolon" });
    await put("projects/In", project("In", "Semi"));
    expect((await uses("formats/Semi")).json.items).toHaveLength(1);

    await put("projects/In", project("In"));

    expect((await uses("formats/Semi")).json.items).toEqual([]);
    expect((await uses("formats/CSV")).json.items).toMatchObject([{ name: "In", version: 2 }]);
  });

  test("keeps it from being deleted, and is what the refusal names", async () => {
    const lookup = { kind: "lookup", entity: "Customer groups", message: "m" };
    const fields = customerGroups.fields.map((field) => ({
      ...field,
      ...(field.name === "DESCRIPTION" ? { rules: [lookup], numberSequence: "Numbers" } : {}),
    }));
    await put("number-sequences/Numbers", { name: "Numbers", format: "N-##" });
    await put("entities/Customer groups", { ...customerGroups, fields });
    await put("formats/Semi", { name: "Semi", columnDelimiter: "semicolon" });
    await put("projects/In", project("In", "Semi"));
    await put(`jobs/${activityId}`, { ...jobBody, project: "In", isEnabled: false });

    for (const address of ["projects/In", "formats/Semi", "number-sequences/Numbers", "entities/Customer groups"]) {
      const blocking = (await uses(address)).json.items.filter((use: Use) => use.blocksDeletion);
      const refused = await remove(address);
      expect(refused.status).toBe(409);
      expect(refused.json.referredBy).toEqual(
        blocking.map((use: Use) => ({ kind: use.kind, name: bare(use.activityId) ?? use.name })),
      );
    }
    for (const address of [
      `jobs/${activityId}`,
      "projects/In",
      "entities/Customer groups",
      "number-sequences/Numbers",
    ]) {
      expect((await remove(address)).status).toBe(204);
    }
  });

  test("is not in the way where an entity names itself, or a built-in format is left behind", async () => {
    const rules = [{ kind: "lookup", entity: "customer groups", message: "m" }];
    const fields = customerGroups.fields.map((field) => ({ ...field, ...(field.name === "DESCRIPTION" && { rules }) }));
    await put("entities/Customer groups", { ...customerGroups, fields });
    expect((await uses("entities/Customer groups")).json.items).toMatchObject([
      { kind: "entity", name: "Customer groups", blocksDeletion: false },
    ]);
    await put("formats/csv", { name: "CSV", columnDelimiter: "semicolon" });
    await put("projects/In", project("In"));
    expect((await uses("formats/CSV")).json.items).toMatchObject([{ name: "In", blocksDeletion: false }]);
    expect((await remove("formats/CSV")).status).toBe(204);

    await remove("projects/In");
    expect((await remove("entities/Customer groups")).status).toBe(204);
  });

  test("comes page by page, entities before projects", async () => {
    await put("entities/Customer groups", customerGroups);
    for (const name of ["A", "B"]) {
      const rules = [{ kind: "lookup", entity: "Customer groups", message: "m" }];
      const fields = customerGroups.fields.map((field) => ({
        ...field,
        ...(field.name === "DESCRIPTION" && { rules }),
      }));
      await put(`entities/${name}`, { ...customerGroups, name, aotName: name, fields });
    }
    for (const name of ["P", "Q", "R"]) await put(`projects/${name}`, project(name));

    for (const limit of [1, 2, 3, 4, 5]) {
      const names: string[] = [];
      let rest = "";
      do {
        const { items, continuation } = (await uses("entities/Customer groups", `?limit=${limit}${rest}`)).json;
        expect(items.length).toBeLessThanOrEqual(limit);
        names.push(...items.map((item: { name: string }) => item.name));
        rest = continuation === undefined ? "" : `&continuation=${continuation}`;
      } while (rest !== "");
      expect(names).toEqual(["A", "B", "P", "Q", "R"]);
    }
  });

  test("is told of what an earlier release saved", async () => {
    await put("entities/Customer groups", customerGroups);
    for (const name of ["In", "Out"]) await put(`projects/${name}`, project(name));
    const table = ports.ground.table(tableNames.definitions);
    for (const { rowKey, values, etag } of (await table.list("project", { below: "g", limit: 10 })).rows) {
      const { refersTo, ...older } = values;
      expect(refersTo).toEqual(expect.any(String));
      await table.replace("project", rowKey, older, etag);
    }

    const { items } = (await uses("entities/Customer groups")).json;

    expect(items).toMatchObject([
      { name: "In", places: [groupUse] },
      { name: "Out", places: [groupUse] },
    ]);
  });

  test("is refused for what is not there, and for a continuation of another list", async () => {
    await put("entities/Customer groups", customerGroups);

    expect((await uses("entities/None")).status).toBe(404);
    for (const text of ["job", "project-", "project-x-y", "entity-zz", "70"]) {
      expect((await uses("entities/Customer groups", `?continuation=${text}`)).status).toBe(400);
    }
  });
});
