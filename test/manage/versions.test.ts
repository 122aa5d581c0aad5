import { beforeEach, describe, expect, test } from "vitest";
import type { Ground, Table } from "../../shared/storage/ground/ground.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { customerGroups, importJob, importProject, line } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { manageApp, managerId } from "./manageApp.ts";

const { activityId: jobId, ...jobBody } = importJob;
const roles = ["Integration.Read"];

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
});

const get = (address: string) => call("GET", address, { roles });

/** Saves each in turn, a second apart; answers what each save said. */
async function put(address: string, ...bodies: readonly object[]) {
  const answers = [];
  for (const body of bodies) {
    const etag = (await call("GET", address)).headers.get("etag");
    const headers: Record<string, string> = etag === null ? {} : { "if-match": etag };
    const answer = await call("PUT", address, { body, headers });
    expect(answer.status).toBeLessThan(300);
    answers.push(answer.json);
    ports.advance(1_000);
  }
  return answers;
}

/** Notes each call of a table, and each list of blobs. */
function countedGround(ground: Ground, asked: string[]): Ground {
  const table = ground.table(tableNames.definitions);
  const noted: Pick<Table, "find" | "list"> = {
    find: (...keys) => (asked.push("find"), table.find(...keys)),
    list: (...range) => (asked.push("list"), table.list(...range)),
  };
  return {
    ...ground,
    table: (name) => ({ ...ground.table(name), ...(name === tableNames.definitions && noted) }),
    blobs: (name) => ({
      ...ground.blobs(name),
      list: (...page) => (asked.push("blobs"), ground.blobs(name).list(...page)),
    }),
  };
}

const sheet = (text: string) => ({
  name: "Turn",
  content: `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">\n<xsl:template match="/"><a>${text}</a></xsl:template>\n</xsl:stylesheet>`,
});

/** Two versions of each kind, and the one path that tells them apart. */
const kinds: Readonly<Record<string, readonly [address: string, first: object, second: object, path: string]>> = {
  entity: [
    "entities/Customer groups",
    customerGroups,
    { ...customerGroups, isChangeTracked: false },
    "isChangeTracked",
  ],
  format: ["formats/Semi", { name: "Semi" }, { name: "Semi", columnDelimiter: "semicolon" }, "columnDelimiter"],
  stylesheet: ["stylesheets/Turn", sheet("1"), sheet("2"), "content › line 2"],
  "number sequence": [
    "number-sequences/N",
    { name: "N", format: "N-##", largest: 50 },
    { name: "N", format: "N-###", largest: 50 },
    "format",
  ],
  project: [
    `projects/${importProject.name}`,
    importProject,
    { ...importProject, lines: [{ ...line, level: 2 }] },
    'lines "Customer groups" › level',
  ],
  job: [`jobs/${jobId}`, jobBody, { ...jobBody, attemptsMax: 5 }, "attemptsMax"],
};

async function seed(kind: string): Promise<void> {
  if (kind === "project" || kind === "job") await put("entities/Customer groups", customerGroups);
  if (kind === "job") await put(`projects/${importProject.name}`, importProject);
}

describe("the versions of a definition", () => {
  test.each(Object.keys(kinds))("are listed, read and compared by a reader: %s", async (kind) => {
    const [address, first, second, path] = kinds[kind]!;
    await seed(kind);
    const at = ports.clock.now();
    const [one, two] = await put(address, first, second);

    const { items, ...rest } = (await get(`${address}/versions`)).json;
    const older = (await get(`${address}/versions/1`)).json;
    const { changes, ...compared } = (await get(`${address}/versions/2/changes`)).json;
    const back = (await get(`${address}/versions/1/changes?since=2`)).json;

    expect(rest).toEqual({ current: 2 });
    expect(items).toEqual([
      {
        version: 2,
        isCurrent: true,
        savedAt: new Date(at + 1_000).toISOString(),
        savedBy: managerId,
        sizeBytes: expect.any(Number),
      },
      {
        version: 1,
        isCurrent: false,
        savedAt: new Date(at).toISOString(),
        savedBy: managerId,
        sizeBytes: expect.any(Number),
      },
    ]);
    const { validation: _, ...shown } = older.lines?.[0] ?? {};
    expect(one).toMatchObject({ ...older, ...(older.lines && { lines: [shown] }) });
    expect((await get(`${address}/versions/2`)).json.version).toBe(two.version);
    expect(compared).toEqual({ version: 2, since: 1, hasMore: false });
    expect(changes.map((change: { path: string }) => change.path)).toEqual([path]);
    expect(back.changes).toMatchObject([{ before: changes[0].after, after: changes[0].before }]);
    expect((await get(`${address}/versions/1/changes`)).json).toEqual({ version: 1, changes: [], hasMore: false });
  });

  test("name the person who saved each", async () => {
    const signedIn = { person: { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" } };
    const headers = { "if-match": "*" };
    await put("formats/Semi", { name: "Semi" });
    const body = { name: "Semi", skipLines: 1 };
    await call("PUT", "formats/Semi", { body, headers, signedIn: { ...signedIn, scopes: ["Manage.Access"] } });

    const { items } = (await get("formats/Semi/versions")).json;
    const { json: second } = await get("formats/Semi/versions/2");

    expect(items[0]).toMatchObject({ savedBy: managerId, savedByPerson: signedIn.person });
    expect(items[1]).not.toHaveProperty("savedByPerson");
    expect(second).toMatchObject({ savedBy: managerId, savedByPerson: signedIn.person });
  });

  test("come page by page", async () => {
    await put("formats/Semi", ...Array.from({ length: 5 }, (_, index) => ({ name: "Semi", skipLines: index })));

    const first = (await get("formats/Semi/versions?limit=3")).json;
    const second = (await get(`formats/Semi/versions?limit=3&continuation=${first.continuation}`)).json;

    const versions = [...first.items, ...second.items].map(({ version }: { version: number }) => version);
    expect([versions, second.continuation]).toEqual([[5, 4, 3, 2, 1], undefined]);
  });

  test("cost the same however many there are", async () => {
    const asked: string[] = [];
    ports = memoryPorts({}, (ground) => countedGround(ground, asked));
    call = await manageApp(ports);
    const by = { at: noon, applicationId: managerId };
    const format = {
      kind: "delimited",
      name: "Semi",
      columnDelimiter: "semicolon",
      textQualifier: null,
      codePage: 65_001,
      hasHeader: true,
    } as const;
    let saved = await ports.definitions.save("format", "Semi", format, "new", by);
    for (let version = 2; version <= 1_000; version++)
      saved = await ports.definitions.save("format", "Semi", format, saved!, by);
    asked.length = 0;

    const { items } = (await get("formats/Semi/versions?limit=50&continuation=500")).json;

    expect(items).toHaveLength(50);
    expect(asked).toEqual(["find", "find", "list"]);
  });

  test("are kept when the definition is deleted, and one is put back as a new one", async () => {
    await put("formats/Semi", { name: "Semi", skipLines: 1 }, { name: "Semi", skipLines: 2 });
    await call("DELETE", "formats/Semi", { headers: { "if-match": "*" } });

    const { items, current } = (await get("formats/Semi/versions")).json;
    const { json: first } = await get("formats/Semi/versions/1");
    const again = await call("PUT", "formats/Semi", { body: first });

    expect(current).toBeUndefined();
    expect(items.map((item: { isCurrent: boolean }) => item.isCurrent)).toEqual([false, false]);
    expect(again).toMatchObject({ status: 201, json: { version: 3, skipLines: 1 } });
  });

  test("bear no ETag that a save could name, since nothing replaces them", async () => {
    await put("formats/Semi", { name: "Semi" });

    expect((await get("formats/Semi/versions/1")).headers.get("etag")).toMatch(/^W\//);
  });

  test("are unknown where there are none, and refused where no number is", async () => {
    await put("formats/Semi", { name: "Semi" });

    for (const address of ["formats/None/versions", "formats/Semi/versions/2", "formats/Semi/versions/x"]) {
      expect((await get(address)).status).toBe(404);
    }
    expect((await get("formats/Semi/versions/1/changes?since=7")).status).toBe(404);
    expect((await get("formats/Semi/versions/1/changes?since=x")).status).toBe(400);
    expect((await get("formats/Semi/versions?continuation=x")).status).toBe(400);
  });

  test("of an earlier release are shown without who saved them", async () => {
    await put("formats/Semi", { name: "Semi", skipLines: 1 }, { name: "Semi", skipLines: 2 });
    const table = ports.ground.table(tableNames.definitions);
    const { rows } = await table.list("format", { from: "version_", below: "version`", limit: 10 });
    for (const { rowKey } of rows) await table.remove("format", rowKey);

    const { items } = (await get("formats/Semi/versions")).json;

    expect(items.map((item: { savedBy?: string }) => item.savedBy)).toEqual([managerId, undefined]);
    expect((await get("formats/Semi/versions/1")).json).toMatchObject({ version: 1, skipLines: 1 });
    expect((await get("formats/Semi/versions/1")).json).not.toHaveProperty("savedBy");
    expect(Date.parse(items[1].savedAt)).toBeGreaterThanOrEqual(noon - 1_000);
  });
});
