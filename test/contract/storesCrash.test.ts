import { describe, expect, test } from "vitest";
import type { Execution } from "../../shared/domain/execution.ts";
import { claim } from "../../shared/domain/inboundMessage.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { placeOf } from "../../shared/storage/messages/messageRows.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { auditAsFirstRelease } from "../support/firstRelease.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { accept, applicationId, chunksOf, guid, inbound, job, noon, outbound, present } from "./storesHarness.ts";

const day = 86_400_000;
const audited = { kind: "project", target: "Vendors" } as const;
const by = { at: noon, applicationId };
const project = { name: "p", description: "", direction: "import", lines: [] } as const;
const facts = { activityId: job(1), project: "Customers", startedAt: noon };
const execution = {
  id: guid(1),
  messageId: inbound(1).id,
  ...facts,
  entities: [],
  warnings: [],
} as unknown as Execution;
/** One call of a port, which its caller repeats after a crash until it has come through. */
interface Operation {
  readonly title: string;
  readonly prepare?: (stores: StoragePorts, ground: Ground) => Promise<unknown>;
  readonly act: (stores: StoragePorts) => Promise<unknown>;
  /** Holds at any moment, also where the process ended in the middle. */
  readonly always?: (stores: StoragePorts, ground: Ground) => Promise<void>;
  /** Holds once the call has come through. */
  readonly afterwards: (stores: StoragePorts, ground: Ground) => Promise<void>;
}

async function countRows(ground: Ground, table: string, partitionKey: string): Promise<number> {
  return (await ground.table(table).list(partitionKey, { limit: 100 })).rows.length;
}

async function lineIsTrue({ messages }: StoragePorts): Promise<void> {
  const found = await messages.find(job(1), inbound(1).id);
  const isWaiting = (await messages.listWaiting(job(1), "", 10)).length === 1;
  expect(isWaiting).toBe(found?.value.state === "Enqueued");
}

async function exportNamesItsJob({ messages }: StoragePorts): Promise<void> {
  const found = await messages.find(job(1), outbound(1).id);
  if (found) expect(await messages.findActivity(outbound(1).id)).toBe(job(1));
}

/** A message is there with its place and what its key stands for, or there is nothing of it. */
async function keyIsTrue(stores: StoragePorts): Promise<void> {
  await lineIsTrue(stores);
  const found = await stores.messages.find(job(1), inbound(1).id);
  const record = await stores.idempotency.find(job(1), "key");
  expect(record?.value.accepted !== undefined).toBe(found !== undefined);
}

const accepted = { messageId: inbound(1).id, reservedAt: noon, accepted: { sha256: "f" } };

const operations: readonly Operation[] = [
  {
    title: "an enqueue under a key",
    act: ({ messages }) => accept(messages, inbound(1), [{ key: "key", seen: undefined, next: accepted }]),
    always: keyIsTrue,
    afterwards: async (stores) => {
      await keyIsTrue(stores);
      const waiting = await stores.messages.listWaiting(job(1), "", 10);
      expect(waiting.map((one) => one.order)).toEqual([placeOf(1)]);
    },
  },
  {
    title: "a move of a job's gate",
    act: ({ messages }) => messages.moveGate(job(1), { stamp: "next", isClosed: true }),
    afterwards: async ({ messages }) => {
      expect(await messages.findGate(job(1))).toEqual({ stamp: "next", isClosed: true });
    },
  },
  {
    title: "a claim",
    prepare: ({ messages }) => accept(messages, inbound(1)),
    act: async ({ messages }) => {
      const seen = present(await messages.findInbound(job(1), inbound(1).id));
      if (seen.value.attempts === 0) await messages.replace(seen, claim(seen.value, noon, 60_000, guid(1)));
    },
    always: lineIsTrue,
    afterwards: async ({ messages }) => {
      expect((await messages.findInbound(job(1), inbound(1).id))?.value.attempts).toBe(1);
    },
  },
  {
    title: "the start of an export",
    act: ({ messages }) => messages.insertOutbound(outbound(1)),
    always: exportNamesItsJob,
    afterwards: async ({ messages }) => {
      expect((await messages.findOutbound(job(1), outbound(1).id))?.value).toEqual(outbound(1));
    },
  },
  {
    title: "the end of an export",
    prepare: ({ messages }) => messages.insertOutbound(outbound(1)),
    act: async ({ messages }) => {
      const seen = present(await messages.findOutbound(job(1), outbound(1).id));
      await messages.replace(seen, { ...seen.value, attempts: 1 }, { watermarks: { customers: 5 } });
    },
    always: async ({ messages }) => {
      const found = present(await messages.find(job(1), outbound(1).id));
      expect(await messages.findWatermarks(job(1))).toEqual(found.value.attempts === 1 ? { customers: 5 } : {});
    },
    afterwards: async ({ messages }) => {
      expect(await messages.findWatermarks(job(1))).toEqual({ customers: 5 });
    },
  },
  {
    title: "the removal of an export",
    prepare: ({ messages }) => messages.insertOutbound(outbound(1, { correlationIds: [] })),
    act: async ({ messages }) => {
      const seen = await messages.find(job(1), outbound(1).id);
      if (seen) await messages.remove(seen);
    },
    always: async (stores) => {
      await exportNamesItsJob(stores);
      const isThere = (await stores.messages.find(job(1), outbound(1).id)) !== undefined;
      expect((await stores.messages.findRemains(job(1), outbound(1).id)) === undefined).toBe(isThere);
    },
    afterwards: async ({ messages }, ground) => {
      await messages.forgetRemains(job(1), outbound(1).id);
      expect(await countRows(ground, tableNames.messages, job(1))).toBe(0);
    },
  },
  {
    title: "the first save of a definition",
    act: ({ definitions }) => definitions.save("project", "p", project, "new", by),
    afterwards: async ({ definitions }) => {
      expect(await definitions.find("project", "p")).toMatchObject({ value: project, version: 1 });
    },
  },
  {
    title: "a later save of a definition",
    prepare: ({ definitions }) => definitions.save("project", "p", project, "new", by),
    act: async ({ definitions }) => {
      const seen = present(await definitions.find("project", "p"));
      const next = { ...project, description: "second" };
      if (seen.version === 1) await definitions.save("project", "p", next, seen, by);
    },
    always: async ({ definitions }) => {
      const { version, value } = present(await definitions.find("project", "p"));
      expect(value.description).toBe(version === 1 ? "" : "second");
      const versions = (await definitions.listVersions("project", "p", { limit: 10 })).items;
      expect(versions.map((facts) => facts.version)).toEqual(version === 1 ? [1] : [2, 1]);
    },
    afterwards: async ({ definitions }) => {
      expect(await definitions.find("project", "p")).toMatchObject({ version: 2 });
    },
  },
  {
    title: "the reservation of a job name",
    act: ({ definitions }) => definitions.reserveJobName("Orders", job(1)),
    afterwards: async ({ definitions }) => {
      expect(await definitions.reserveJobName("Orders", job(2))).toBe(job(1));
    },
  },
  {
    title: "a move of a schedule",
    prepare: ({ schedules }) =>
      schedules.save("processing", { activityId: job(1), afterMs: 0, occurrencesSoFar: 0, nextDueAt: noon }, undefined),
    act: async ({ schedules }) => {
      const seen = present(await schedules.find("processing", job(1)));
      await schedules.save("processing", { ...seen.value, nextDueAt: noon + 5 }, seen);
    },
    always: async ({ schedules }) => {
      const { nextDueAt } = present(await schedules.find("processing", job(1))).value;
      expect(await schedules.listDue("processing", present(nextDueAt), 10)).toEqual([job(1)]);
      expect(await schedules.listDue("processing", present(nextDueAt) - 1, 10)).toEqual([]);
    },
    afterwards: async ({ schedules }) => {
      expect(await schedules.listDue("processing", noon + 4, 10)).toEqual([]);
      expect(await schedules.listDue("processing", noon + 5, 10)).toEqual([job(1)]);
    },
  },
  {
    title: "the removal of old idempotency keys",
    prepare: async ({ idempotency }) => {
      const next = { messageId: guid(1), reservedAt: noon };
      for (const key of ["a", "b"]) await idempotency.change(job(1), { key, seen: undefined, next });
    },
    act: ({ idempotency }) => idempotency.removeBefore(job(1), noon + 1, 10),
    afterwards: async (_, ground) => {
      expect(await countRows(ground, tableNames.messages, job(1))).toBe(0);
    },
  },
  {
    title: "an entry of the audit trail",
    act: ({ audit }) => audit.record({ at: noon, applicationId, ...audited, action: "save", detail: "" }),
    always: async (_, ground) => {
      expect([0, 4]).toContain(await countRows(ground, tableNames.audit, "trail"));
    },
    afterwards: async ({ audit }, ground) => {
      // A repeat after a lost answer may say the same twice.
      expect(await audit.removeBefore(noon + day, 100)).toBeGreaterThan(0);
      expect(await countRows(ground, tableNames.audit, "trail")).toBe(0);
    },
  },
  {
    title: "the entries of release 0.1.0 on their way into the audit trail",
    prepare: async (_, ground) => {
      const entry = { at: noon, applicationId, action: "save project", target: "Vendors", detail: "" };
      for (const number of [0, 1, 2]) await auditAsFirstRelease(ground, { ...entry, at: noon + number * day });
    },
    act: ({ audit }) => audit.list({}, { limit: 9 }),
    afterwards: async ({ audit }) => {
      expect((await audit.list({ object: audited }, { limit: 9 })).items.length).toBe(3);
    },
  },
  {
    title: "the removal of an execution",
    prepare: async ({ executions, files }) => {
      await executions.save(execution);
      for (const name of ["a", "z"]) await files.store("executions", `${guid(1)}/${name}.csv`, chunksOf("x"));
    },
    act: ({ executions }) => executions.remove(guid(1)),
    always: async ({ executions, files }) => {
      const left = (await files.list("executions", guid(1), { limit: 10 })).items.length;
      expect((await executions.find(guid(1))) !== undefined).toBe(left > 0);
    },
    afterwards: async ({ files }) => {
      expect(await files.list("executions", guid(1), { limit: 10 })).toEqual({ items: [] });
    },
  },
];

/** Runs the operation on a ground with one fault, then again on a sound one, as a new process would. */
async function sweep(operation: Operation, fault: "failBefore" | "dieAfter" | "loseAnswer"): Promise<number> {
  for (let index = 0; ; index++) {
    const ground = memoryGround({ now: () => noon });
    await operation.prepare?.(storagePorts(ground), ground);
    const faulty = faultyGround(ground, { [fault]: index });
    const isThrough = await operation.act(storagePorts(faulty.ground)).then(
      () => true,
      () => false,
    );
    await operation.always?.(storagePorts(ground), ground);
    if (!isThrough) await operation.act(storagePorts(ground));
    await operation.afterwards(storagePorts(ground), ground);
    if (index >= faulty.calls.length) return index;
  }
}

describe("after a fault at any of its calls to storage,", () => {
  for (const operation of operations) {
    test(`${operation.title} is whole or not there, and comes through when it is repeated`, async () => {
      for (const fault of ["failBefore", "dieAfter", "loseAnswer"] as const) {
        expect(await sweep(operation, fault)).toBeGreaterThan(0);
      }
    });
  }
});
