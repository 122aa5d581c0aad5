import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";

// The worker alone is killed, as by its memory limit or a hang: its host starts another one, and all goes on.

const recordCount = 100_000;

let service: RunningService;
beforeAll(async () => {
  service = await startService({ keepsOutput: true });
});
afterAll(() => service.stop());

const ports = () => storagePorts(azureGround({ connectionString: service.connectionString }));

test("an import whose worker is killed goes on in the next one, and everybody is answered meanwhile", async () => {
  const processingRecurrence = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
  await seed(ports() as Ports, [{ ...importJob, processingRecurrence, attemptsMax: 5 }]);
  const rows = Array.from({ length: recordCount }, (_, at) => `K${at},one`);
  const target = `/api/connector/enqueue/${importJobId}?entity=Customer+groups`;
  const body = ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n");
  const id = await readJson<string>(await service.client.send("POST", target, { body }));
  const run = await service.manager.send("POST", `/manage/api/jobs/${importJobId}/run`, { expected: [202] });
  await run.arrayBuffer();
  const find = async () => (await ports().messages.findInbound(importJobId, id))?.value;
  await eventually("the file to be read", async () => ((await find())?.state === "Processing" ? true : undefined));

  const killed = await service.worker();
  process.kill(killed, "SIGKILL");
  await eventually("the host to notice", async () =>
    service.output().includes(`The worker (process ${killed}) was ended by SIGKILL`) ? true : undefined,
  );
  const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${service.baseUrl}/healthz`)));

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  expect(await service.worker()).not.toBe(killed);
  const message = await eventually("its end", async () => {
    const found = await find();
    return found?.state === "Processed" ? found : undefined;
  });
  const execution = await ports().executions.find(message.executionId ?? "");
  expect(message).toMatchObject({ attempts: 1, interruptions: 1 });
  expect(execution?.entities).toMatchObject([{ rowsRead: recordCount, created: recordCount, failed: 0 }]);
});
