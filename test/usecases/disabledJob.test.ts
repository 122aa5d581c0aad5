import { expect, test } from "vitest";
import { recordManual } from "../../shared/domain/occurrence.ts";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { memoryPorts, noon } from "../support/memoryPorts.ts";
import { upkeep } from "./world.ts";

test("a job that runs no more loses its old ledger rows, keys and load samples all the same", async () => {
  const ports = memoryPorts();
  await seed(ports, [{ ...importJob, isEnabled: false }]);
  await ports.occurrences.insert({ ...recordManual(importJobId, noon), state: "finished" });
  const next = { messageId: ports.ids.next(), reservedAt: noon };
  await ports.idempotency.change(importJobId, { key: "key", seen: undefined, next });
  const none = { waiting: 0, oldestAgeMs: 0, inProcess: 0, processedSinceLast: 0, failedSinceLast: 0, bytesWaiting: 0 };
  await ports.loadSamples.add(importJobId, { at: noon, ...none });

  ports.advance(ports.settings.retentionMs + 60_000);
  await upkeep(ports);

  expect((await ports.occurrences.list(importJobId, { limit: 5 })).items).toEqual([]);
  expect(await ports.idempotency.find(importJobId, "key")).toBeUndefined();
  expect((await ports.loadSamples.list(importJobId, { limit: 5 })).items).toEqual([]);
});
