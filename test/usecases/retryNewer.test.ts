import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { customerGroups, importJob, importJobId, line, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, look, manifestOf, packageOf, push, recordsOf, runNow } from "./world.ts";

const job: RecurringJob = { ...importJob, useCompanyFromMessage: true };
const ordered: RecurringJob = { ...job, isOrdered: true };
let ports: TestPorts;

async function use(...jobs: readonly RecurringJob[]): Promise<void> {
  ports = memoryPorts();
  await seed(ports, jobs);
  await define(ports, "entity", "Shared groups", {
    ...customerGroups,
    name: "Shared groups",
    aotName: "Shared",
    isPerCompany: false,
  });
  await defineLines(ports, [line, { ...line, entity: "Shared groups" }]);
}

beforeEach(() => use(job));

/** A record that is stored, and one that is rejected. */
const file = (description: string): string =>
  `CustomerGroupId,Description,CreditLimit\r\n10,${description},1\r\n20,x,x\r\n`;
const broken = "Wrong\r\n1\r\n";
const retry = (messageId: string, isForced = false, host: Ports = ports, activityId = importJobId) =>
  retryMessage(host, activityId, messageId, operator, { isForced });
const stateOf = async (messageId: string) => (await look(ports, messageId)).message.state;
const refused = (...texts: readonly string[]) =>
  expect.objectContaining({ code: "conflict", message: expect.stringMatching(texts.join(".*")) });

describe.each([
  ["an ordered job", ordered],
  ["a job that is not ordered", job],
])("a retry in %s, behind which a later file of the same entity and company has ended,", (_kind, used) => {
  beforeEach(() => use(used));

  test("is refused with the later one named, and brings no older value back", async () => {
    const first = await importFile(ports, file("first"), {}, used);
    const second = await importFile(ports, file("second"), { externalIdentifier: "second.csv" }, used);

    await expect(retry(first.message.id)).rejects.toEqual(
      refused(`message ${second.message.id} \\("second.csv", Proc`, "force=true"),
    );
    await ports.drain();
    expect(await stateOf(first.message.id)).toBe("ProcessedWithErrors");
    expect(await recordsOf(ports)).toEqual([["10", "second", "", "1"]]);
  });

  test("is done when somebody forces it, and the audit trail says so", async () => {
    const audited: string[] = [];
    const first = await importFile(ports, file("first"), {}, used);
    await importFile(ports, file("second"), {}, used);
    const record: Ports["audit"]["record"] = async ({ detail }) => void audited.push(detail);
    await retry(first.message.id, true, { ...ports, audit: { ...ports.audit, record } });
    await ports.drain();

    expect(await recordsOf(ports)).toEqual([["10", "first", "", "1"]]);
    expect(audited).toEqual(["forced"]);
  });

  test("names some of very many", async () => {
    const first = await importFile(ports, broken, {}, used);
    const later: string[] = [];
    for (let count = 0; count < 7; count += 1) later.push(await push(ports, file("later"), {}, used));
    await runNow(ports, used);

    const error = (await retry(first.message.id).catch((thrown: unknown) => thrown)) as Error;
    expect(later.filter((id) => error.message.includes(id))).toEqual(later.slice(2));
  });

  test("is refused while the later one is on its way, and while it waits for another attempt", async () => {
    const first = await importFile(ports, broken, {}, used);
    const second = await push(ports, file("second"), {}, used);
    const seen: unknown[] = [];
    const upsert: Ports["entities"]["upsert"] = async () => {
      seen.push(await retry(first.message.id).catch((error: unknown) => error));
      throw new Error("a defect");
    };
    const failing = { ...ports, entities: { ...ports.entities, upsert } };
    const work = used.isOrdered ? drainJob(failing, importJobId) : importMessage(failing, importJobId, second);
    await expect(work).rejects.toThrow("a defect");

    expect(seen).toEqual([refused(second, "Processing")]);
    await expect(retry(first.message.id)).rejects.toEqual(refused(second, "Enqueued"));
  });

  test("is refused behind one whose new run waits, since its run before has brought its values", async () => {
    const first = await importFile(ports, file("first"), {}, used);
    const second = await importFile(ports, file("second"), {}, used);
    await retry(second.message.id);

    await expect(retry(first.message.id)).rejects.toEqual(refused(second.message.id));
  });

  test("is refused behind one whose upload began before, and was accepted after it", async () => {
    const older = ports.ids.next();
    ports.advance(60_000);
    const first = await push(ports, broken, {}, ordered);
    ports.advance(60_000);
    const slow = { ...ports, ids: { ...ports.ids, next: () => older } };
    const second = await push(slow, file("second"), {}, ordered);
    await runNow(ports, used);

    await expect(retry(first)).rejects.toEqual(refused(second));
  });
});

describe("a retry is not refused behind", () => {
  test.each([
    ["one of another entity", { entity: "Shared groups" }],
    ["one of another company", { company: "DEMF" }],
  ])("%s", async (_what, upload) => {
    const first = await importFile(ports, file("first"), { company: "USMF" }, job);
    await importFile(ports, file("second"), { company: "USMF", ...upload }, job);
    await retry(first.message.id);
    await ports.drain();

    expect((await look(ports, first.message.id)).message.run).toBe(2);
  });

  test("one that failed, one that waits, or an earlier one that ended after it", async () => {
    const [early, first] = [await push(ports, file("early")), await push(ports, broken)];
    await importMessage(ports, importJobId, first);
    await importMessage(ports, importJobId, early);
    await importFile(ports, broken);
    await importMessage(ports, importJobId, await push(ports, broken));
    await push(ports, file("waits"));
    await retry(first);

    expect(await stateOf(first)).toBe("Enqueued");
  });

  test("one of another company, but for an entity that all companies share", async () => {
    const shared = { entity: "Shared groups" };
    const first = await importFile(ports, file("first"), { ...shared, company: "USMF" }, job);
    const second = await importFile(ports, file("second"), { ...shared, company: "DEMF" }, job);

    await expect(retry(first.message.id)).rejects.toEqual(refused(second.message.id));
  });
});

test("a retry of a package is refused behind any later one that may have stored something", async () => {
  await use(job, packageJob);
  const zip = (content: string) => packageOf(manifestOf({}), { "Customer groups.csv": content });
  const first = await push(ports, await zip(file("first")), {}, packageJob);
  await runNow(ports, packageJob);
  const retryFirst = () => retry(first, false, ports, packageJob.activityId);
  const failed = await push(ports, await zip(broken), {}, packageJob);
  await runNow(ports, packageJob);
  expect((await look(ports, failed, packageJob)).message.state).toBe("PreProcessingError");
  await retryFirst();
  await runNow(ports, packageJob);

  const other = packageOf(manifestOf({ entityName: "Shared groups" }), { "Customer groups.csv": file("other") });
  const second = await push(ports, await other, {}, packageJob);
  await runNow(ports, packageJob);
  expect((await look(ports, second, packageJob)).message.state).toBe("ProcessedWithErrors");
  await expect(retryFirst()).rejects.toEqual(refused(second));
});

test("a later file of an ordered job that begins right behind the look is found by the next one", async () => {
  await use(ordered);
  const first = await importFile(ports, broken, {}, ordered);
  const second = await push(ports, file("second"), {}, ordered);
  let looks = 0;
  const list: Ports["messages"]["list"] = async (...given) => {
    const page = await ports.messages.list(...given);
    if (++looks === 1) await drainJob(ports, importJobId);
    return page;
  };

  await expect(retry(first.message.id, false, { ...ports, messages: { ...ports.messages, list } })).rejects.toEqual(
    refused(second),
  );
  // The job, its project's own runs, and the job again.
  expect(looks).toBe(3);
});
