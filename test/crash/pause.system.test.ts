import { afterEach, beforeEach, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { recordKey } from "../../shared/domain/dataEntity.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { customerGroups, importJob, importJobId, seed } from "../support/definitions.ts";
import {
  type RunningHost,
  type RunningService,
  eventually,
  startHostBeside,
  startService,
} from "../support/runningService.ts";

// A worker stands still past its lease, as on a machine that is suspended, and goes on when another host has done its
// work: whatever it still writes must have no effect.

const recordCount = 200_000;
const groups = { entityId: entityId(customerGroups), company: "USMF" };

let paused: RunningService;
let other: RunningHost | undefined;

beforeEach(async () => {
  paused = await startService({ keepsOutput: true });
});

afterEach(async () => {
  paused.signal("SIGCONT");
  await other?.stop();
  await paused.stop();
});

test("a worker that was paused past its lease changes nothing of what another host did meanwhile", async () => {
  await seedJob();
  const ids: string[] = [];
  for (const file of [csvOf(recordCount, "first"), csvOf(1, "second"), csvOf(1, "third")])
    ids.push(await enqueue(file));
  await run();
  await eventually("the first file to be read", async () =>
    (await messageOf(ids[0]!)).state === "Processing" ? true : undefined,
  );

  paused.signal("SIGSTOP");
  // Nothing here may ask the paused process, which is the issuer of tokens too.
  other = await startHostBeside(paused);
  const ended = await eventually("the end of all three on the other host", async () => {
    const found = await Promise.all(ids.map(messageOf));
    return found.every(({ state }) => state === "Processed") ? found : undefined;
  });
  const records = await entities().openSnapshot(groups);
  paused.signal("SIGCONT");
  await eventually("the paused worker to see that it was left behind", async () =>
    paused.output().includes("import.takenOver") ? true : undefined,
  );

  expect(await Promise.all(ids.map(messageOf))).toEqual(ended);
  expect((await entities().openSnapshot(groups)).seq).toBe(records.seq);
  expect((await entities().find(groups, recordKey([keyOf(0)]), ["DESCRIPTION"]))?.values).toEqual(["third"]);
  const runs = await Promise.all(ended.map(async ({ executionId = "" }) => ports().executions.find(executionId)));
  expect(runs.map((found) => found?.entities[0])).toMatchObject([
    { status: "finished", rowsRead: recordCount, created: recordCount, updated: 0 },
    { status: "finished", rowsRead: 1, created: 0, updated: 1 },
    { status: "finished", rowsRead: 1, created: 0, updated: 1 },
  ]);
  expect(runs[0]).toMatchObject({ attempt: 1, fence: 2 });
  expect(runs[1]?.startedAt).toBeGreaterThanOrEqual(runs[0]?.finishedAt ?? Number.POSITIVE_INFINITY);
  expect(runs[2]?.startedAt).toBeGreaterThanOrEqual(runs[1]?.finishedAt ?? Number.POSITIVE_INFINITY);
});

const ports = () => storagePorts(azureGround({ connectionString: paused.connectionString }));
const entities = () =>
  blobEntityStore(azureGround({ connectionString: paused.connectionString }).blobs(containerNames.entities));

async function seedJob(): Promise<void> {
  // Only the run that the test asks for: the recurrence begins in ten years.
  const processingRecurrence = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
  await seed(ports() as Ports, [{ ...importJob, processingRecurrence, isOrdered: true }]);
}

const keyOf = (at: number): string => `K${String(at).padStart(8, "0")}`;

function csvOf(count: number, description: string): string {
  const rows = Array.from({ length: count }, (_, at) => `${keyOf(at)},${description}`);
  return ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n");
}

async function enqueue(file: string): Promise<string> {
  const target = `/api/connector/enqueue/${importJobId}?entity=Customer+groups`;
  return readJson<string>(await paused.client.send("POST", target, { body: file }));
}

async function run(): Promise<void> {
  const answer = await paused.manager.send("POST", `/manage/api/jobs/${importJobId}/run`, { expected: [202] });
  await answer.arrayBuffer();
}

async function messageOf(id: string): Promise<InboundMessage> {
  const found = await ports().messages.findInbound(importJobId, id);
  if (!found) throw new Error(`Message ${id} is lost.`);
  return found.value;
}
