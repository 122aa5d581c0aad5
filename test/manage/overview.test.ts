import { beforeEach, describe, expect, test } from "vitest";
import { exportJob, exportJobId, importJob, importJobId, seed } from "../support/definitions.ts";
import { allMessagesAnswer, executionsAnswer } from "../../shared/http/manageListSchema.ts";
import { jobStandingsAnswer, overviewAnswer } from "../../shared/http/manageOverviewSchema.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { define, importFile, push, runNow } from "../usecases/world.ts";
import { manageApp } from "./manageApp.ts";

const good = "CustomerGroupId\r\n10\r\n";
const bad = "CustomerGroupId\r\n10\r\n,\r\n";
const hour = 3_600_000;

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
});

async function parkOne(): Promise<string> {
  const { job } = { job: { ...importJob, attemptsMax: 1 } };
  const id = await push(ports, good, {}, job);
  const upsert = () => Promise.reject(new Error("the disk is full"));
  await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id).catch(() => undefined);
  return id;
}

const shown = (activityId: string) => `{${activityId.toUpperCase()}}`;

describe("the overview", () => {
  test("counts where the messages of all jobs stand, and says where each count is a list", async () => {
    await importFile(ports, good);
    await runNow(ports, exportJob);
    await parkOne();
    await push(ports, good);
    ports.advance(1000);
    await push(ports, good);

    const { json } = await call("GET", "overview");

    overviewAnswer.parse(json);
    const list = "https://files.example/manage/api/messages?standing=";
    expect(json).toMatchObject({
      waiting: { count: 2, oldestSince: new Date(noon).toISOString(), list: `${list}waiting` },
      inProcess: { count: 0 },
      offered: { count: 1, list: `${list}offered` },
      parked: { count: 1 },
      failedToday: { count: 1, since: "2026-11-24T00:00:00.000Z" },
      missedRuns: { count: 0, jobs: [] },
    });
  });

  test("says of a host that drains whether a worker has a message", async () => {
    const draining = { ...ports, settings: { ...ports.settings, isDraining: true } };
    await push(ports, good);

    const { json } = await (await manageApp(draining))("GET", "overview");

    expect(json).toMatchObject({ draining: { isWithoutMessages: true, count: 0 }, waiting: { count: 1 } });
    expect((await call("GET", "overview")).json.draining).toBeUndefined();
  });

  test("counts what failed or had errors since midnight in the zone of who asks", async () => {
    await importFile(ports, bad);
    ports.advance(10 * hour);
    await importFile(ports, bad);
    await importFile(ports, good);
    const failed = async (zone: string) => (await call("GET", `overview?timeZone=${zone}`)).json.failedToday;

    expect(await failed("UTC")).toMatchObject({ count: 2, since: "2026-11-24T00:00:00.000Z" });
    const since = "2026-11-24T15:00:00.000Z";
    const list = `https://files.example/manage/api/messages?standing=failed&from=${encodeURIComponent(since)}`;
    expect(await failed("Asia/Tokyo")).toEqual({ count: 1, since, list });
    expect((await call("GET", "overview?timeZone=Mars/Base")).status).toBe(400);
  });

  test("counts no failure that somebody retried", async () => {
    const { message } = await importFile(ports, bad);
    await call("POST", `messages/${message.id}/retry?rows=rejected`);

    expect((await call("GET", "overview")).json).toMatchObject({ failedToday: { count: 0 }, waiting: { count: 1 } });
  });

  test("counts no failure whose rows were all mended or left out, nor one that somebody released", async () => {
    const failed = async () => (await call("GET", "overview")).json.failedToday.count;
    const { message, execution } = await importFile(ports, "CustomerGroupId,Description\r\n10,a\r\n,b\r\n,c\r\n");
    const mend = (body: object) =>
      call("POST", `messages/${message.id}/mend`, {
        body: { executionId: execution!.id, entity: execution!.entities[0]!.entity, ...body },
      });
    expect(await failed()).toBe(1);
    expect((await mend({ rows: [{ line: 3, values: { CustomerGroupId: "20" } }] })).status).toBe(202);
    expect(await failed()).toBe(1);
    expect((await mend({ rows: [{ line: 4, values: { CustomerGroupId: "30" } }] })).status).toBe(202);
    expect(await failed()).toBe(0);
    await ports.drain();

    await define(ports, "job", importJobId, { ...importJob, isOrdered: true, onHeadError: "block" });
    const head = (await importFile(ports, "Nothing,Known\r\n1,2\r\n")).message;
    expect(await failed()).toBe(1);
    await call("POST", `messages/${head.id}/release`);
    expect(await failed()).toBe(0);
  });

  test("counts the runs that were missed within a day, job by job", async () => {
    const missed = (activityId: string, dueAt: number, dueTimes: number) => {
      const rest = { trigger: "recurrence", state: "missed", recordedAt: noon, attempts: 0, reason: null } as const;
      const facts = { activityId, dueAt, lastDueAt: dueAt, dueTimes, startedAt: null, finishedAt: null };
      return ports.occurrences.insert({ ...rest, ...facts, messageId: null });
    };
    await missed(importJobId, noon - 1000, 1);
    await missed(exportJobId, noon - 2000, 7);
    await missed(importJobId, noon - 23 * hour, 2);
    await missed(importJobId, noon - 25 * hour, 9);

    expect((await call("GET", "overview")).json.missedRuns).toEqual({
      count: 10,
      since: "2026-11-23T12:00:00.000Z",
      jobs: [
        { activityId: shown(exportJobId), jobName: exportJob.name, runs: 7 },
        { activityId: shown(importJobId), jobName: importJob.name, runs: 3 },
      ],
    });
  });

  test("is not sent to who has it, until something has changed", async () => {
    const first = await call("GET", "overview");
    const etag = first.headers.get("etag")!;
    const ask = () => call("GET", "overview", { headers: { "if-none-match": `"x", ${etag}` } });
    ports.advance(60_000);

    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const again = await ask();
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    await push(ports, good);
    expect((await ask()).status).toBe(200);
    expect((await call("GET", "overview", { headers: { "if-none-match": "*" } })).status).toBe(304);
  });
});

describe("the messages of all jobs", () => {
  const list = async (query: string) => {
    const { json, status } = await call("GET", `messages?${query}`);
    expect(status).toBe(200);
    allMessagesAnswer.parse(json);
    return json;
  };
  const ids = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id);

  test("are listed as the overview counts them", async () => {
    const failed = (await importFile(ports, bad)).message.id;
    const done = (await importFile(ports, good)).message.id;
    await runNow(ports, exportJob);
    const parked = await parkOne();
    const waiting = await push(ports, good);

    expect(await ids("standing=waiting")).toEqual([waiting]);
    expect(await ids("standing=parked")).toEqual([parked]);
    expect((await ids("standing=failed")).toSorted()).toEqual([failed, parked].toSorted());
    expect((await ids("standing=ended")).toSorted()).toEqual([done, failed, parked].toSorted());
    expect((await list("standing=OFFERED")).items).toMatchObject([{ direction: "export", jobName: exportJob.name }]);
    expect(await ids("standing=inProcess")).toEqual([]);
  });

  test("come in pages, what is open the longest first, and not without its job's name", async () => {
    const pushed: string[] = [];
    for (let number = 0; number < 5; number++) {
      pushed.push(await push(ports, good));
      ports.advance(1000);
    }
    const first = await list("standing=waiting&limit=2");
    const second = await list(`standing=waiting&limit=3&continuation=${first.continuation}`);

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(pushed);
    expect(second.continuation).toBeUndefined();
    expect(first.items[0]).toMatchObject({ jobName: importJob.name, activityId: shown(importJobId) });
  });

  test("are found by the beginning of an id, and by what a client called them while they wait and ever after", async () => {
    const name = "Grüße 2026.csv";
    const waiting = await push(ports, good, { externalIdentifier: name });
    const named = (beginning: string) => ids(`externalIdentifier=${encodeURIComponent(beginning)}`);
    expect(await named("GRÜSSE")).toEqual([]);
    expect(await named("grÜße 20")).toEqual([waiting]);
    await ports.drain();

    expect(await named("Grüße 2026.CSV")).toEqual([waiting]);
    expect(await ids(`id=${waiting.slice(0, 20)}`)).toContain(waiting);
    expect(await ids(`id={${waiting.toUpperCase()}}`.replaceAll("{", "%7B").replaceAll("}", "%7D"))).toEqual([waiting]);
    expect(await ids("id=ffffffff")).toEqual([]);
  });

  test("are asked for by one thing that a list can be asked for by", async () => {
    const refused = [
      "",
      "standing=odd",
      "standing=waiting&id=1234",
      "id=12",
      "id=xyz12",
      "externalIdentifier=",
      "standing=waiting&from=2026-01-01T00:00:00Z",
      "standing=waiting&continuation=odd",
      "standing=ended&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ];
    for (const query of refused) expect([query, (await call("GET", `messages?${query}`)).status]).toEqual([query, 400]);
  });
});

describe("the executions of all projects", () => {
  const list = async (query: string) => {
    const { json } = await call("GET", `executions?${query}`);
    executionsAnswer.parse(json);
    return json.items.map((item: { messageId: string }) => item.messageId);
  };

  test("are listed newest first, and found by state, project, job, entity and time", async () => {
    const failed = (await importFile(ports, bad)).message.id;
    ports.advance(hour);
    const done = (await importFile(ports, good)).message.id;
    ports.advance(hour);
    await runNow(ports, exportJob);

    expect((await list("")).slice(1)).toEqual([done, failed]);
    expect(await list("state=finishedWithErrors")).toEqual([failed]);
    expect(await list(`job=${importJobId}`)).toEqual([done, failed]);
    expect(await list(`project=${encodeURIComponent(importJob.project.toUpperCase())}&state=finished`)).toEqual([done]);
    expect(await list(`job=${importJobId}&project=Other`)).toEqual([]);
    expect(await list("entity=no%20such")).toEqual([]);
    const from = new Date(noon + hour / 2).toISOString();
    const to = new Date(noon + 1.5 * hour).toISOString();
    expect(await list(`from=${from}&to=${to}`)).toEqual([done]);
    expect((await call("GET", "executions?job=odd")).status).toBe(400);
    const { json } = await call("GET", "executions?limit=1&state=finished");
    expect(json.items).toMatchObject([
      { direction: "export", jobName: exportJob.name, state: "finished", warnings: 0 },
    ]);
    expect(json.continuation).toBeDefined();
  });
});

describe("where each job stands", () => {
  const standing = async (activityId: string) => {
    const { json } = await call("GET", "job-standings");
    jobStandingsAnswer.parse(json);
    return json.items.find((item: { activityId: string }) => item.activityId === shown(activityId));
  };

  test("is what it has open and when it is due next, in the order of the jobs", async () => {
    await call("PUT", `jobs/${importJobId}`, { body: importJob, headers: { "if-match": "*" } });
    await parkOne();
    await push(ports, good);

    const jobs = (await call("GET", "jobs")).json.items.map((job: { activityId: string }) => job.activityId);
    const { json } = await call("GET", "job-standings");
    expect(json.items.map((job: { activityId: string }) => job.activityId)).toEqual(jobs);
    const first = await call("GET", "job-standings?limit=1");
    const second = await call("GET", `job-standings?limit=200&continuation=${first.json.continuation}`);
    expect([...first.json.items, ...second.json.items]).toEqual(json.items);
    const nextDueAt = "2026-11-24T12:00:00.000Z";
    const counts = { waiting: 1, inProcess: 0, offered: 0, parked: 1, waitingSince: new Date(noon).toISOString() };
    expect(await standing(importJobId)).toEqual({ activityId: shown(importJobId), ...counts, nextDueAt });
  });

  test("names the head that blocks it, however long ago it failed", async () => {
    await define(ports, "job", importJobId, { ...importJob, isOrdered: true, onHeadError: "block" });
    const { message } = await importFile(ports, "Nothing,Known\r\n1,2\r\n");
    for (let passes = 0; passes < 3; passes++) {
      ports.advance(2 * hour);
      await keepUp(ports);
      await watchLoad(ports);
      await ports.drain();
    }

    expect(await standing(importJobId)).toMatchObject({ blockedBy: message.id, waiting: 0 });
  });
});
