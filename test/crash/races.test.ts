import { oneBatch } from "../support/records.ts";
import { afterEach, describe, expect, test } from "vitest";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { runJob } from "../../shared/usecases/work/runJob.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import type { Ports } from "../../shared/ports.ts";
import { type Place, deliverWork, openHost, openPlace } from "../support/crashHost.ts";
import { asGroups, exportJob, exportJobId, importJob, importJobId } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { noon } from "../support/memoryPorts.ts";
import { exportedFiles, look, push } from "../usecases/world.ts";
import { csv, ref } from "./clients.ts";

const minute = 60_000;

/** Hosts that were to be held up and have not been yet: a test that leaves one proves nothing. */
const unmet = new Set<string>();
afterEach(() => {
  const left = [...unmet];
  unmet.clear();
  if (left.length > 0) throw new Error(`Never reached: ${left.join(", ")}.`);
});

/** A host that is held up once, before its nth call of this kind, for as long as `meanwhile` takes. */
function heldUp({ ground, clock }: Place, what: string, nth: number, meanwhile: () => Promise<void>): Ports {
  let calls = 0;
  unmet.add(`${what} ${nth}`);
  const before = async (call: { readonly what: string }): Promise<void> => {
    if (call.what !== what || ++calls !== nth) return;
    unmet.delete(`${what} ${nth}`);
    await meanwhile();
  };
  return openHost(faultyGround(ground, { before }).ground, clock);
}

async function storeOneRecord({ ports }: Place): Promise<void> {
  await ports.entities.upsert(ref, {
    idempotencyKey: "change",
    fence: 1,
    columns: ["CUSTOMERGROUPID"],
    records: () => oneBatch({ key: "10", values: ["10"] }),
    truncateFirst: false,
    ...asGroups,
  });
}

async function startFirstExport(here: Place): Promise<void> {
  await scheduleJob(here.ports, exportJob, undefined);
  await storeOneRecord(here);
  await startDueJobs(here.ports);
}

function firstId({ ports }: Place): string {
  return ports.ids.derive(noon, `${exportJobId}/${noon}`);
}

async function deliveredRows(ports: Ports): Promise<number> {
  let rows = 0;
  for (const message of await messagesOf(ports, exportJobId)) {
    if (message.direction !== "export" || message.file === undefined) continue;
    const text = (await exportedFiles(ports, message)).get("Customer groups.csv")!;
    rows += text.split("\r\n").length - 2;
  }
  return rows;
}

describe("a host that is held up", () => {
  test("before its export has a message does not run beside the export that began meanwhile", async () => {
    const here = await openPlace();
    await startFirstExport(here);
    here.clock.advance(minute);
    await startDueJobs(here.ports);
    const ids = [noon, noon + minute].map((dueAt) => here.ports.ids.derive(dueAt, `${exportJobId}/${dueAt}`));
    const slow = heldUp(here, "table messages.transact", 1, () => runJob(here.ports, exportJobId, noon + minute));

    await runJob(slow, exportJobId, noon);
    const exporting = heldUp(here, "blobs outbound.putStream", 1, () =>
      exportMessage(here.ports, exportJobId, ids[0]!),
    );
    await exportMessage(exporting, exportJobId, ids[1]!);
    for (let round = 0; round < 4; round++) {
      here.clock.advance(minute * 11);
      await keepUp(here.ports);
      await deliverWork(here.ports, here.ground, () => false);
    }

    expect(await deliveredRows(here.ports)).toBe(1);
    const states = (await messagesOf(here.ports, exportJobId)).map((message) => message.state);
    expect(states.filter((state) => state !== "Enqueued" && state !== "Processed")).toEqual([]);
  });

  test("between its export's message and the ledger leaves the row to whoever ran the export meanwhile", async () => {
    const here = await openPlace();
    await startFirstExport(here);
    const slow = heldUp(here, "table occurrences.transact", 1, () =>
      exportMessage(here.ports, exportJobId, firstId(here)),
    );

    await runJob(slow, exportJobId, noon);

    const row = await here.ports.occurrences.find(exportJobId, noon);
    expect(row?.value).toMatchObject({ state: "finished", attempts: 1, messageId: firstId(here) });
  });

  test("before it ends a due time that another one begins meanwhile, ends it all the same", async () => {
    const here = await openPlace();
    await startFirstExport(here);
    const dead = heldUp(here, "table occurrences.transact", 1, () => Promise.reject(new Error("killed")));
    await expect(runJob(dead, exportJobId, noon)).rejects.toThrow("killed");
    const slow = heldUp(here, "table occurrences.transact", 1, () => runJob(here.ports, exportJobId, noon));

    await exportMessage(slow, exportJobId, firstId(here));

    const row = await here.ports.occurrences.find(exportJobId, noon);
    expect(row?.value).toMatchObject({ state: "finished", messageId: firstId(here) });
  });

  test("before it begins a run that another one begins and dies of, does the run", async () => {
    const here = await openPlace();
    await scheduleJob(here.ports, importJob, undefined);
    const messageId = await push(here.ports, csv("10,a,1"));
    await startDueJobs(here.ports);
    const dead = heldUp(here, "queue work.send", 1, () => Promise.reject(new Error("killed")));
    const slow = heldUp(here, "table occurrences.transact", 1, async () => {
      await expect(runJob(dead, importJobId, noon)).rejects.toThrow("killed");
    });

    await runJob(slow, importJobId, noon);

    expect((await here.ports.occurrences.find(importJobId, noon))?.value.state).toBe("finished");
    await deliverWork(here.ports, here.ground, () => false);
    expect((await look(here.ports, messageId, importJob)).message.state).toBe("Processed");
  });

  for (let nth = 1; nth <= 4; nth++) {
    test(`before it saves its execution for time ${nth}, and lost its message, writes nothing over the next attempt's`, async () => {
      const here = await openPlace();
      const messageId = await push(here.ports, csv("10,a,1", "20,b,x"));
      const slow = heldUp(here, "blobs executions.put", nth, async () => {
        here.clock.advance(2 * minute);
        await importMessage(here.ports, importJobId, messageId);
      });

      await importMessage(slow, importJobId, messageId).catch(() => undefined);

      const { message, execution } = await look(here.ports, messageId, importJob);
      expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 1, interruptions: 1 });
      expect(execution).toMatchObject({ attempt: message.attempts, entities: [{ created: 1, failed: 1 }] });
      expect(execution!.finishedAt).toBeDefined();
      const failedFile = execution!.entities[0]!.failedFile!;
      expect(await here.ports.files.findFacts("executions", failedFile)).toBeDefined();
    });
  }
});
