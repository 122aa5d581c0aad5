import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entity, everyMinuteFrom, projects } from "../../local/demo/definitions.ts";
import { readJson } from "../../local/demo/http.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { listedApplication } from "../support/definitions.ts";
import { type RunningService, eventually, startService } from "../support/runningService.ts";
import { unpackRelease } from "./unpackRelease.ts";

// The last release begins work of every kind and is killed; this version, on the same storage, must end it.

const lastRelease = "0.1.0";
const bigCount = 150_000;
const files = "00000000-0000-4000-8000-00000000f001";
const line = "00000000-0000-4000-8000-00000000f002";
const exports = "00000000-0000-4000-8000-00000000f003";

let folder: string;
let service: RunningService;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "upgrade-"));
  const appRoot = await unpackRelease(lastRelease, path.join(folder, "release"));
  service = await startService({ appRoot, dataFolder: path.join(folder, "data") });
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

test("whatever the last release has begun, this version ends", { timeout: 240_000 }, async () => {
  await define();
  const [first, broken, third] = [
    await enqueue(line, csvOf(["A1,first"])),
    await enqueue(line, "Nothing\r\n1\r\n"),
    await enqueue(line, csvOf(["A2,third"])),
  ];
  await run(line);
  await reach(broken, "PreProcessingError");
  await run(exports);
  const delivery = await eventually("the first package", dequeue);
  const delivered = await rowsOf(delivery);
  const bigFile = csvOf(Array.from({ length: bigCount }, (_, at) => `B${at},big`));
  const big = await enqueue(files, bigFile, "key of the big file");
  const small = await enqueue(files, csvOf(["C1,small"]), "key of the small file");
  await run(files);
  await reach(big, "Processing");

  await service.kill();
  service = await startService({ dataFolder: path.join(folder, "data") });

  expect([first, delivered]).toEqual([await reach(first, "Processed"), ["A1"]]);
  for (const message of [big, small]) await reach(message, "Processed");
  expect((await executionOf(big)).entities).toMatchObject([{ rowsRead: bigCount, created: bigCount, failed: 0 }]);
  expect(await enqueue(files, bigFile, "key of the big file")).toBe(big);

  expect(await auditOf("kind=job", `target=${line}`)).toEqual(["run job", "save job"]);
  expect(await auditOf("kind=entity", `target=${encodeURIComponent(entity.name)}`)).toEqual(["save entity"]);

  await acknowledge(delivery);
  expect(await dequeue()).toBeUndefined();

  expect((await messageOf(third)).state).toBe("Enqueued");
  const fourth = await enqueue(line, csvOf(["A3,fourth"]));
  await post(`/manage/api/messages/${broken}/release`);
  await reach(third, "Processed");
  await run(line);
  await reach(fourth, "Processed");

  await run(exports);
  const rest = await rowsOf(await eventually("the changes since the first package", dequeue));
  // "A1" was delivered by the release before, whose watermark still counts.
  expect(rest).toHaveLength(bigCount + 3);
  expect(rest.filter((key) => !key.startsWith("B")).toSorted()).toEqual(["A2", "A3", "C1"]);
});

async function define(): Promise<void> {
  await put(`entities/${encodeURIComponent(entity.name)}`, entity);
  for (const project of projects) await put(`projects/${encodeURIComponent(project.name)}`, project);
  const common = {
    isEnabled: true,
    applications: [{ applicationId: listedApplication, isEnabled: true }],
    company: "USMF",
    attemptsMax: 5,
    // Only the runs that the test asks for: the recurrence begins in some years.
    processingRecurrence: everyMinuteFrom(Date.UTC(2036, 0, 1)),
  };
  const imports = { ...common, project: projects[0].name, direction: "import", source: "file" };
  await put(`jobs/${files}`, { ...imports, name: "Files" });
  await put(`jobs/${line}`, { ...imports, name: "Files in order", isOrdered: true, onHeadError: "block" });
  await put(`jobs/${exports}`, { ...common, name: "Exports", project: projects[1].name, direction: "export" });
}

function csvOf(rows: readonly string[]): string {
  return ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n");
}

async function put(target: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const options = { body: JSON.stringify(body), headers, expected: [200, 201] };
  await (await service.manager.send("PUT", `/manage/api/${target}`, options)).arrayBuffer();
}

async function auditOf(...query: readonly string[]): Promise<readonly string[]> {
  const answer = await service.manager.send("GET", `/manage/api/audit?${query.join("&")}`);
  const { items } = await readJson<{ items: readonly { action: string; kind: string }[] }>(answer);
  return items.map(({ action, kind }) => `${action} ${kind}`);
}

async function post(target: string): Promise<void> {
  await (await service.manager.send("POST", target, { expected: [202] })).arrayBuffer();
}

function run(activityId: string): Promise<void> {
  return post(`/manage/api/jobs/${activityId}/run`);
}

async function enqueue(activityId: string, body: string, key?: string): Promise<string> {
  const target = `/api/connector/enqueue/${activityId}?entity=${encodeURIComponent(entity.name)}`;
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return readJson<string>(await service.client.send("POST", target, { body, headers }));
}

interface SeenMessage {
  readonly state: string;
  readonly executionId: string;
}

async function messageOf(id: string): Promise<SeenMessage> {
  return readJson(await service.manager.send("GET", `/manage/api/messages/${id}`));
}

/** Undefined where the release answers 500: it does for a moment while an import begins. */
async function lookAt(id: string): Promise<SeenMessage | undefined> {
  const answer = await service.manager.send("GET", `/manage/api/messages/${id}`, { expected: [200, 500] });
  if (answer.status === 200) return readJson<SeenMessage>(answer);
  await answer.arrayBuffer();
  return undefined;
}

/** Answers the message's id once it is in the state. */
function reach(id: string, state: string): Promise<string> {
  return eventually(`message ${id} to be ${state}`, async () => {
    return (await lookAt(id))?.state === state ? id : undefined;
  });
}

async function executionOf(id: string): Promise<{ readonly entities: readonly object[] }> {
  const { executionId } = await messageOf(id);
  return readJson(await service.manager.send("GET", `/manage/api/executions/${executionId}`));
}

interface Delivery {
  readonly DownloadLocation: string;
}

async function dequeue(): Promise<Delivery | undefined> {
  const answer = await service.client.send("GET", `/api/connector/dequeue/${exports}`, { expected: [200, 204] });
  if (answer.status === 200) return readJson<Delivery>(answer);
  await answer.arrayBuffer();
  return undefined;
}

async function acknowledge(delivery: Delivery): Promise<void> {
  const body = JSON.stringify(delivery);
  await (await service.client.send("POST", `/api/connector/ack/${exports}`, { body })).arrayBuffer();
}

/** The keys of the package's rows. */
async function rowsOf({ DownloadLocation: location }: Delivery): Promise<readonly string[]> {
  const answer = await service.client.send("GET", location);
  const archive = await openPackageZip(bytesInMemory(new Uint8Array(await answer.arrayBuffer())));
  const text = Buffer.from(await collectBytes(archive.open("Customer groups.csv"), 1e8, "the file")).toString();
  return text
    .split("\r\n")
    .slice(1, -1)
    .map((row) => row.slice(0, row.indexOf(",")));
}
