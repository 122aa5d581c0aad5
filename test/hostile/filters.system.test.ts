import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordKey } from "../../shared/domain/dataEntity.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { readJson } from "../../local/demo/http.ts";
import { asGroups, exportProject, line } from "../support/definitions.ts";
import { oneBatch } from "../support/records.ts";
import { type IdleService, startIdleService } from "./idleService.ts";

const megabyte = 1024 ** 2;
const records = 8;
/** What would keep a matcher busy that tries one way after the other. */
const criteria = [`${"*a".repeat(120)}b`, `*${"a?".repeat(100)}*b*`, `${"*aa?".repeat(50)}!`, `*${"?".repeat(240)}b`];

let idle: IdleService;

beforeAll(async () => {
  idle = await startIdleService({});
  const { connectionString } = idle.service;
  const store = blobEntityStore(azureGround({ connectionString }).blobs(containerNames.entities));
  const rows = Array.from({ length: records }, (_, index) => [`${10 + index}`, "a".repeat(megabyte)]);
  await store.upsert(
    { entityId: "custcustomergroupentity", company: "USMF" },
    {
      idempotencyKey: "long",
      fence: 1,
      columns: ["CUSTOMERGROUPID", "DESCRIPTION"],
      records: () => oneBatch(...rows.map((values) => ({ key: recordKey(values.slice(0, 1)), values }))),
      truncateFirst: false,
      ...asGroups,
    },
  );
});

afterAll(() => idle.service.stop());

test("wildcards that ask for all ways at once are looked at in bounded time and memory, while others are answered", async () => {
  const { service } = idle;
  const before = await service.peakMemoryBytes();
  const path = `/manage/api/projects/${encodeURIComponent(exportProject.name)}/lines/${encodeURIComponent(line.entity)}/count`;
  const body = JSON.stringify({ company: "USMF", filter: [{ field: "DESCRIPTION", criteria: criteria.join(", ") }] });
  let isOver = false;
  let longestMs = 0;
  const counting = service.manager
    .send("POST", path, { body, headers: { "content-type": "application/json" } })
    .finally(() => (isOver = true));
  while (!isOver) {
    const startedAt = performance.now();
    await fetch(`${service.baseUrl}/healthz`);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    await setTimeout(20);
  }

  const answer = await readJson<{ count: number; total: number; isWhole: boolean }>(await counting);
  expect(answer).toMatchObject({ total: records, isWhole: true });
  // A record of a megabyte takes a fraction of a second, and then others have their turn.
  expect(longestMs).toBeLessThan(5_000);
  expect(await service.peakMemoryBytes()).toBeLessThan(before + 150 * megabyte);
});
