import { beforeEach, describe, expect, test } from "vitest";
import { newEntityExecution } from "../../../shared/domain/execution.ts";
import type { Occurrence } from "../../../shared/domain/occurrence.ts";
import type { Ground } from "../../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { tableNames } from "../../../shared/storage/ground/names.ts";
import { firstRows, keysWith } from "../../../shared/storage/rows/rowPages.ts";
import { storagePorts } from "../../../shared/storage/storagePorts.ts";
import { doUpkeep } from "../../../shared/usecases/upkeep/doUpkeep.ts";
import { faultyGround } from "../../support/faultyGround.ts";
import { memoryPorts, testSettings } from "../../support/memoryPorts.ts";
import { guid, inbound, job, noon } from "../../contract/storesHarness.ts";

const hour = 60 * 60_000;
let now: number;
let ground: Ground;
const clock = { now: () => now };

beforeEach(() => {
  now = noon;
  ground = memoryGround(clock);
});

const missed: Occurrence = {
  activityId: job(1),
  dueAt: noon - 4 * hour,
  lastDueAt: noon - 3 * hour,
  dueTimes: 2,
  trigger: "recurrence",
  state: "missed",
  recordedAt: noon,
  attempts: 0,
  reason: null,
  messageId: null,
  startedAt: null,
  finishedAt: null,
};

const execution = (number: number, startedAt: number, attempt = 1) => ({
  id: guid(number),
  messageId: inbound(number).id,
  activityId: job(1),
  direction: "import" as const,
  project: "Customers",
  projectVersion: 1,
  jobVersion: 1,
  attempt,
  fence: attempt,
  startedAt,
  entities: [newEntityExecution({ entity: "Groups", format: "CSV", fileName: "a.csv", company: undefined })],
  warnings: [],
});

describe("tidying the lists", () => {
  test("leaves the row of what is about to be written, however long ago that was due", async () => {
    const { lists } = storagePorts(ground, clock);
    const before = async ({ what }: { what: string }) => {
      if (what.startsWith(`table ${tableNames.occurrences}.`)) await lists.tidy();
    };
    const { occurrences } = storagePorts(faultyGround(ground, { before }).ground, clock);

    expect(await occurrences.insert(missed)).toBe(true);
    expect(await lists.listMissed(0, 9)).toMatchObject([{ dueAt: missed.dueAt }]);
  });

  test("takes out what ran before the last attempt, behind any number of runs that are kept", async () => {
    const ports = memoryPorts();
    await ports.executions.save(execution(0, noon - 2000));
    await ports.executions.save(execution(0, noon - 1000, 2));
    for (let number = 1; number <= 1001; number++) await ports.executions.save(execution(number, noon));
    ports.advance(testSettings.retentionMs + hour);
    await doUpkeep(ports, { kind: "upkeep", part: "tidyOldLists" });
    await ports.drain();

    const table = ports.ground.table(tableNames.lists);
    expect(await firstRows(table, "executions", keysWith("a_"), 2000)).toHaveLength(1002);
  });
});
