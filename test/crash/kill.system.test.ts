import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { azureGround } from "../../shared/storage/azure/azureGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";

// The service is killed in the middle of its work and started again on the same data. Azurite is never killed: it is no
// oracle of durability, and outlives the service by its own guard until it has saved.

const records = 120_000;
const file = `CUSTOMERGROUPID,DESCRIPTION,CREDITLIMIT\r\n${Array.from({ length: records }, (_, index) => `${index},Group number ${index},${index}.50\r\n`).join("")}`;
const settings = { LeaseSeconds: "10", UpkeepSchedule: "*/5 * * * * *" };

let folder: string;
let service: RunningService | undefined;

afterEach(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Message {
  readonly state: string;
  readonly attempts: number;
  readonly executionId: string;
}

const findMessage = async (running: RunningService, id: string): Promise<Message> =>
  readJson(await running.manager.send("GET", `/manage/api/messages/${id}`));

const enqueue = async (running: RunningService, body: string): Promise<string> =>
  readJson(
    await running.client.send("POST", `/api/connector/enqueue/${importJobId}?entity=Customer%20groups`, { body }),
  );

test("an import that was killed in its middle goes on after a restart, once, and those behind it in their order", async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kill-"));
  service = await startService({ settings, dataFolder: folder });
  const ports = storagePorts(azureGround({ connectionString: service.connectionString }));
  await seed(ports as Parameters<typeof seed>[0], [{ ...importJob, isOrdered: true }]);
  const first = await enqueue(service, file);
  const second = await enqueue(service, "CUSTOMERGROUPID,DESCRIPTION\r\n7,The second file\r\n");
  const third = await enqueue(service, "CUSTOMERGROUPID,DESCRIPTION\r\n7,The third file\r\n");
  await service.manager.send("POST", `/manage/api/jobs/${importJobId}/run`, { expected: [202] });
  await eventually("the import's beginning", async () => {
    const { state } = await findMessage(service!, first);
    return state === "Processing" ? state : undefined;
  });

  service.process.kill("SIGKILL");
  await once(service.process, "exit");
  const restartedAt = Date.now();
  service = await startService({ settings, dataFolder: folder });

  const ended = await eventually("the end of all three", async () => {
    const states = await Promise.all([first, second, third].map((id) => findMessage(service!, id)));
    return states.every(({ state }) => state.startsWith("Processed")) ? states : undefined;
  });
  expect(Date.now() - restartedAt).toBeLessThan(60_000);
  expect(ended.map(({ state }) => state)).toEqual(["Processed", "Processed", "Processed"]);
  expect(ended[0]!.attempts).toBe(2);
  const execution = await readJson<{ entities: readonly unknown[] }>(
    await service.manager.send("GET", `/manage/api/executions/${ended[0]!.executionId}`),
  );
  expect(execution.entities).toMatchObject([{ rowsRead: records, created: records, updated: 0, failed: 0 }]);
  const { items } = await readJson<{ items: readonly { values: unknown }[] }>(
    await service.manager.send("GET", "/manage/api/entities/Customer%20groups/records?company=USMF&key=7"),
  );
  expect(JSON.stringify(items)).toContain("The third file");
});
