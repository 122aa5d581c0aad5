import { isDeepStrictEqual } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import type { MessageAction } from "../../shared/domain/messageAction.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Message } from "../../shared/ports.ts";
import { Unavailable } from "../../shared/ports/unavailable.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { type PreviewedOfJob, previewOpen, previewParked } from "../../shared/usecases/foresee/previewJob.ts";
import { actOnMessages } from "../../shared/usecases/operate/actOnMessages.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { mendMessage } from "../../shared/usecases/operate/mendMessage.ts";
import { discardOpen } from "../../shared/usecases/operate/discardOpen.ts";
import { retryParked } from "../../shared/usecases/operate/retryParked.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import type { Foreseen } from "../../shared/usecases/foresee/previewAction.ts";
import { previewActions } from "../../shared/usecases/foresee/previewActions.ts";
import {
  exportJob,
  exportJobId,
  exportProject,
  importJob,
  importJobId,
  line,
  operator,
  seed,
} from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, importFile, look, newestExport, push, runNow, takeDelivery } from "./world.ts";

const minute = 60_000;
const job: RecurringJob = { ...importJob, attemptsMax: 1 };
const ordered: RecurringJob = { ...job, isOrdered: true, onHeadError: "block" };
const file = (description: string): string => `CustomerGroupId,Description\r\n10,${description}\r\n`;
const mixed = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n";
let ports: TestPorts;
/** What storage was asked since it was emptied. */
let calls: string[];

beforeEach(async () => {
  calls = [];
  const before = ({ what }: { what: string }): void => void calls.push(what);
  ports = memoryPorts({}, (ground) => faultyGround(ground, { before }).ground);
  await seed(ports);
});

const failing = (error: string): TestPorts => {
  return { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error(error)) } };
};

async function parked(name: string, used = job): Promise<string> {
  const id = await push(ports, file(name), {}, used);
  const work = used.isOrdered
    ? drainJob(failing("a defect"), importJobId)
    : importMessage(failing("a defect"), importJobId, id);
  await expect(work).rejects.toThrow("a defect");
  return id;
}

/** Its attempts store everything, and fail behind that. */
async function stored(attempts: number): Promise<string> {
  const id = await push(ports, file("stored"), {}, importJob);
  const upsert: TestPorts["entities"]["upsert"] = async (...given) => {
    await ports.entities.upsert(...given);
    throw new Error("a defect");
  };
  const worker = { ...ports, entities: { ...ports.entities, upsert } };
  for (let attempt = 0; attempt < attempts; attempt++) {
    await expect(importMessage(worker, importJobId, id)).rejects.toThrow("a defect");
  }
  return id;
}

async function exported(): Promise<string> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, refreshType: "full" }] });
  await define(ports, "job", exportJobId, { ...exportJob, preventUploadAtZeroRecords: false });
  ports.advance(minute);
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!.id;
}

async function acked(): Promise<string> {
  const id = await exported();
  await takeDelivery(ports, exportJob, (await dequeueMessage(ports, exportJob))!);
  return id;
}

async function handedOut(): Promise<string> {
  const id = await exported();
  await dequeueMessage(ports, exportJob);
  return id;
}

async function failedExport(): Promise<string> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, entity: "Gone" }] });
  ports.advance(minute);
  await runNow(ports, exportJob);
  await define(ports, "project", exportProject.name, exportProject);
  return (await newestExport(ports, exportJob))!.id;
}

async function behindNewer(): Promise<string> {
  const id = await parked("older");
  await importFile(ports, file("newer"));
  return id;
}

async function discarded(): Promise<string> {
  const id = await push(ports, file("given up"));
  await discardMessage(ports, importJobId, id, operator, "Sent twice.");
  return id;
}

/** How a message may stand, and how it comes to that. */
const standings: Readonly<Record<string, () => Promise<string>>> = {
  "an import that waits": () => push(ports, file("waits")),
  "a parked import": () => parked("parked"),
  "a parked import with a later file behind it": behindNewer,
  "a parked import whose records are all stored": () => stored(importJob.attemptsMax + 1),
  "an import that waits with its records stored": () => stored(1),
  "an import with rejected rows": async () => (await importFile(ports, mixed)).message.id,
  "an import that could not be read": async () => (await importFile(ports, "Wrong\r\n1\r\n")).message.id,
  "an import that was processed": async () => (await importFile(ports, file("done"))).message.id,
  "a failed head that blocks its job": () => parked("head", ordered),
  "a discarded import": discarded,
  "an import of a job that is gone": async () => {
    const id = await parked("left");
    await ports.definitions.remove("job", importJobId, (await ports.definitions.find("job", importJobId))!.etag);
    return id;
  },
  "an export that waits": exported,
  "an export that a client has": handedOut,
  "an acknowledged export": acked,
  "an acknowledged export whose file is lost": async () => {
    const id = await acked();
    await ports.files.remove("outbound", (await newestExport(ports, exportJob))!.file!);
    return id;
  },
  "a failed export": failedExport,
  "a failed export while another run goes on": async () => {
    const id = await failedExport();
    await beginExport(ports, exportJob, ports.clock.now());
    return id;
  },
};

const actions: Readonly<Record<string, MessageAction>> = {
  "a retry": { kind: "retry" },
  "a forced retry": { kind: "retry", isForced: true },
  "a retry of rejected rows": { kind: "retry", rows: "rejected" },
  "a retry of staged rows": { kind: "retry", rows: "staged" },
  "a validation of staged rows": { kind: "retry", rows: "staged", execute: false },
  "a release": { kind: "release" },
  "a redelivery": { kind: "redeliver" },
  "a discard": { kind: "discard", reason: "Old." },
};

const find = async (id: string): Promise<Message> => {
  return (await ports.messages.find((await ports.messages.findActivity(id))!, id))!.value;
};
const refusalOf = (error: DomainError) => ({ code: error.code, message: error.message });
const preview = (action: MessageAction, ...ids: readonly string[]) => previewActions(ports, ids, action);
const act = (action: MessageAction, ids: readonly string[], host: TestPorts = ports) =>
  actOnMessages(host, ids, operator, action);

/** What a preview says of each message. */
async function foreseen(action: MessageAction, ...ids: readonly string[]) {
  return (await preview(action, ...ids)).items.map(({ messageId, outcome }) => {
    if (outcome instanceof DomainError) return [messageId, outcome.code];
    const { next, rows, rowCount } = outcome;
    return [messageId, next.state, next.run, rows, ...(rowCount === undefined ? [] : [rowCount])];
  });
}

describe.each(Object.keys(standings))("of %s", (standing) => {
  test.each(Object.keys(actions))(
    "the preview of %s says what the act then does, and changes nothing",
    async (name) => {
      const action = actions[name]!;
      const id = await standings[standing]!();
      const before = await find(id);
      calls = [];
      const { items } = await preview(action, id);

      expect(calls.filter((what) => !/\.(?:find|findFacts|list|read)$/.test(what))).toEqual([]);
      expect(items).toMatchObject([{ messageId: id, message: before }]);
      const results = await act(action, [id]);
      const { refusal } = results.items[0]!;
      const after = await find(id);
      expect(toldBy(items[0]!.outcome)).toEqual(refusal ? toldBy(refusal) : endOf(after));
      expect(results).toEqual({ items: [{ messageId: id, activityId: before.activityId, refusal }], remaining: [] });
      expect(isDeepStrictEqual(after, before)).toBe(refusal !== undefined || before.discarded !== undefined);
    },
  );
});

const endOf = ({ state, run, parked: isParked, history }: Message) => ({ state, run, parked: isParked, history });

/** What is foreseen, or why it is refused. */
function toldBy(outcome: Foreseen | DomainError) {
  return outcome instanceof DomainError ? refusalOf(outcome) : endOf(outcome.next);
}

describe("a preview", () => {
  test("says which rows of which run follow", async () => {
    const rejected = await standings["an import with rejected rows"]!();
    const whole = await stored(importJob.attemptsMax + 1);

    expect(await foreseen({ kind: "retry", rows: "rejected" }, rejected)).toEqual([
      [rejected, "Enqueued", 2, "rejected", 1],
    ]);
    expect(await foreseen({ kind: "retry" }, whole)).toEqual([[whole, "Enqueued", 1, "none"]]);
  });

  test("counts no rejected row that somebody mended or left out", async () => {
    const { message } = await importFile(ports, "CustomerGroupId,CreditLimit\r\n10,x\r\n20,x\r\n30,x\r\n40,1\r\n");
    await mendMessage(ports, importJobId, message.id, operator, {
      executionId: message.executionId!,
      entity: "Customer groups",
      rows: [{ line: 2, values: { CreditLimit: "1" } }],
      leaveOut: [3],
      isForced: false,
    });

    const told = await preview({ kind: "retry", rows: "rejected" }, message.id);
    expect(told.items[0]!.outcome).toMatchObject({ rowCount: 1, effect: expect.stringContaining("mended") });
  });

  test("comes to the messages as they wait in their jobs, and to what is given up from the back", async () => {
    const ids = [await parked("first"), await parked("second"), await parked("third")];
    const order = async (action: MessageAction) =>
      (await foreseen(action, ids[2]!, ids[0]!, ids[1]!)).map(([id]) => id);

    expect(await order({ kind: "retry" })).toEqual(ids);
    expect(await order({ kind: "discard", reason: "Old." })).toEqual(ids.toReversed());
  });

  test("lets the first of several runs of an export job begin, as the act does", async () => {
    const ids = [await failedExport(), await failedExport()];

    const { items } = await preview({ kind: "retry" }, ...ids);
    const acted = await act({ kind: "retry" }, ids);
    expect(items.map(({ outcome }) => outcome instanceof DomainError)).toEqual([false, true]);
    expect(refusalOf(acted.items[1]!.refusal!)).toEqual(refusalOf(items[1]!.outcome as DomainError));
    expect(acted.items[0]!.refusal).toBeUndefined();
  });

  test("says of an id that is no message what one who asks for it alone is told", async () => {
    const unknown = "00000000-0000-4000-8000-00000000dead";
    const id = await parked("there");

    const { items } = await preview({ kind: "retry" }, unknown, id);
    const { items: results } = await act({ kind: "retry" }, [unknown, id]);
    expect(items).toMatchObject([{ messageId: unknown, message: undefined, outcome: { code: "notFound" } }, {}]);
    expect(results).toMatchObject([{ messageId: unknown, refusal: { code: "notFound" } }, { refusal: undefined }]);
  });

  test("stops after half a minute, and names what it did not come to", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 10; count++) ids.push(await parked(`${count}`));
    const findGate: TestPorts["messages"]["findGate"] = (activityId) => {
      ports.advance(20_000);
      return ports.messages.findGate(activityId);
    };
    const slow = { ...ports, messages: { ...ports.messages, findGate } };

    const { items, remaining } = await previewActions(slow, ids, { kind: "retry" });
    expect([...items.map(({ messageId }) => messageId), ...remaining]).toEqual(ids);
    expect(remaining).toEqual(ids.slice(8));
  });
});

describe("a preview of all that a job has", () => {
  const idsOf = ({ items }: PreviewedOfJob) => items.map(({ messageId }) => messageId);

  test("has the parked messages in the order in which they are retried, a hundred at a time", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 103; count++) ids.push(await parked(`${count}`));
    calls = [];
    const first = await previewParked(ports, importJobId, {});
    const { continuation } = first;
    const last = await previewParked(ports, importJobId, { continuation: continuation! });

    expect(calls.filter((what) => !/\.(?:find|findFacts|list|read)$/.test(what))).toEqual([]);
    expect([first.items.length, first.remaining, last.remaining, last.continuation]).toEqual([100, 3, 0, undefined]);
    expect([...idsOf(first), ...idsOf(last)]).toEqual(ids);
    expect((await retryParked(ports, importJobId, operator, {})).retried).toEqual(idsOf(first));
  });

  test("says which of the parked ones the retry skips, and why", async () => {
    const older = await behindNewer();
    const { items } = await previewParked(ports, importJobId, {});
    const { skipped } = await retryParked(ports, importJobId, operator, {});

    expect(
      items.map(({ messageId, outcome }) => [messageId, outcome instanceof DomainError && outcome.message]),
    ).toEqual(skipped.map(({ messageId, why }) => [messageId, why]));
    expect(idsOf(await previewParked(ports, importJobId, { reason: "no such text" }))).toEqual([]);
    expect(skipped).toMatchObject([{ messageId: older }]);
  });

  test("has what is open and meant, page by page, as a discard finds it", async () => {
    const ids = [await parked("parked"), await push(ports, file("waits"))];
    for (let count = 0; count < 100; count++) ids.push(await push(ports, file(`${count}`)));
    calls = [];
    const first = await previewOpen(ports, importJobId, {});
    const last = await previewOpen(ports, importJobId, { continuation: first.continuation! });

    expect(calls.filter((what) => !/\.(?:find|findFacts|list|read)$/.test(what))).toEqual([]);
    expect([first.items.length, first.remaining, last.items.length, last.remaining]).toEqual([100, 2, 2, 0]);
    expect([...idsOf(first), ...idsOf(last)]).toEqual(ids.toSorted());
    expect(idsOf(await previewOpen(ports, importJobId, { standing: "parked" }))).toEqual([ids[0]]);
    const { discarded: gone } = await discardOpen(ports, importJobId, operator, { reason: "Old.", standing: "parked" });
    expect(gone).toEqual([ids[0]]);
  });

  test("is not found for a job that is not there", async () => {
    await ports.definitions.remove("job", exportJobId, (await ports.definitions.find("job", exportJobId))!.etag);

    await expect(previewParked(ports, exportJobId, {})).rejects.toMatchObject({ code: "notFound" });
  });
});

describe("an action on many messages", () => {
  test("does to each what is done to one alone, and is in the audit trail for each", async () => {
    const [waits, head] = [await push(ports, file("waits")), await parked("parked")];
    const results = await act({ kind: "discard", reason: "Old." }, [waits, head]);

    expect(results.items.map(({ messageId, refusal }) => [messageId, refusal])).toEqual([
      [head, undefined],
      [waits, undefined],
    ]);
    const { items } = await ports.audit.list({}, { limit: 10 });
    const entries = items.map(({ action, target, detail }) => [action, target, detail]);
    expect(entries).toHaveLength(2);
    expect(entries).toEqual(expect.arrayContaining([waits, head].map((id) => ["discard", id, "Old."])));
  });

  test("changes nothing more when it is repeated", async () => {
    const ids = [await parked("first"), await parked("second")];
    await act({ kind: "retry" }, ids);
    const after = await Promise.all(ids.map(find));

    const { items } = await act({ kind: "retry" }, ids);
    expect(items.map(({ refusal }) => refusal?.code)).toEqual(["conflict", "conflict"]);
    expect(await Promise.all(ids.map(find))).toEqual(after);
  });

  test("that was seen before touches nothing that has changed since, not even as it would again", async () => {
    const [changed, same] = [await acked(), await parked("same")];
    const { at: unchangedSince } = await preview({ kind: "redeliver" }, changed);
    ports.advance(1);
    await act({ kind: "redeliver", unchangedSince }, [changed]);
    await takeDelivery(ports, exportJob, (await dequeueMessage(ports, exportJob))!);

    const again = await act({ kind: "redeliver", unchangedSince }, [changed]);
    expect(again.items).toMatchObject([{ refusal: { code: "preconditionFailed" } }]);
    expect(await find(changed)).toMatchObject({ state: "Acked", redeliveries: 1 });
    expect((await act({ kind: "retry", unchangedSince }, [same])).items).toMatchObject([{ refusal: undefined }]);
  });

  test("tells of each what somebody else did since the preview", async () => {
    const ids = [await parked("first"), await parked("second")];
    await preview({ kind: "retry" }, ...ids);
    await retryMessage(ports, importJobId, ids[0]!, operator);

    const { items } = await act({ kind: "retry" }, ids);
    expect(items.map(({ refusal }) => refusal?.code)).toEqual(["conflict", undefined]);
    expect((await look(ports, ids[1]!)).message.run).toBe(2);
  });

  test("stops after half a minute, and goes on with what it did not come to", async () => {
    const ids = [await parked("first"), await parked("second"), await parked("third")];
    const record: TestPorts["audit"]["record"] = (entry) => {
      ports.advance(16_000);
      return ports.audit.record(entry);
    };
    const slow = { ...ports, audit: { ...ports.audit, record } };

    const first = await act({ kind: "retry" }, ids, slow);
    expect(first.items.map(({ messageId }) => messageId)).toEqual(ids.slice(0, 2));
    expect(first.remaining).toEqual(ids.slice(2));
    expect((await act({ kind: "retry" }, first.remaining)).items).toMatchObject([{ refusal: undefined }]);
  });

  test("stops where storage fails, and says what was done before", async () => {
    const ids = [await parked("first"), await parked("second"), await parked("third")];
    const record: TestPorts["audit"]["record"] = (entry) =>
      entry.target === ids[1] ? Promise.reject(new Unavailable("503")) : ports.audit.record(entry);
    const host = { ...ports, audit: { ...ports.audit, record } };

    const { items, remaining } = await act({ kind: "retry" }, ids, host);
    expect(items).toMatchObject([{ messageId: ids[0], refusal: undefined }]);
    expect(remaining).toEqual(ids.slice(1));
    await expect(act({ kind: "retry" }, ids.slice(1), { ...host, messages: failingFind() })).rejects.toThrow("503");
  });

  const failingFind = (): TestPorts["messages"] => {
    return { ...ports.messages, find: () => Promise.reject(new Unavailable("503")) };
  };
});
