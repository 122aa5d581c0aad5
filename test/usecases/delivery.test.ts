import { beforeEach, describe, expect, test } from "vitest";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { exportJob, exportJobId, importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { importFile, newestExport, runNow, takeDelivery, textOf } from "./world.ts";

const minute = 60_000;
const unknownId = "00000000-0000-4000-8000-00000000dead";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await exportRecords("10");
});

async function exportRecords(key: string): Promise<OutboundMessage> {
  await importFile(ports, `CustomerGroupId\r\n${key}\r\n`);
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!;
}

const next = () => dequeueMessage(ports, exportJob);
const redelivered = () => {
  ports.advance(30 * minute);
  return next();
};
const download = (message: OutboundMessage, correlationId = message.delivery!.correlationId) =>
  downloadMessage(ports, exportJobId, message.id, correlationId);
const ack = ({ delivery }: OutboundMessage, job: RecurringJob = exportJob) =>
  acknowledgeMessage(ports, job, {
    correlationId: delivery!.correlationId,
    popReceipt: delivery!.popReceipt,
  });
const take = (message: OutboundMessage) => takeDelivery(ports, exportJob, message);
const stateOf = async (message: OutboundMessage) =>
  (await ports.messages.findOutbound(exportJobId, message.id))!.value.state;

describe("a dequeued message", () => {
  test("is hidden for thirty minutes, and then comes back with the time of the delivery before", async () => {
    const first = (await next())!;
    expect(first.lastDequeuedAt).toBeUndefined();
    ports.advance(30 * minute - 1);
    expect(await next()).toBeUndefined();
    ports.advance(1);
    const second = (await next())!;

    expect(second).toMatchObject({ id: first.id, state: "Dequeued", lastDequeuedAt: noon, deliveryCount: 2 });
    expect(second.delivery!.correlationId).not.toBe(first.delivery!.correlationId);
  });

  test("is hidden for as long as its job says", async () => {
    const job = { ...exportJob, visibilityMinutes: 5 };
    await dequeueMessage(ports, job);
    ports.advance(5 * minute);

    expect(await dequeueMessage(ports, job)).toMatchObject({ deliveryCount: 2 });
  });

  test("is handed out oldest first, each to one caller", async () => {
    ports.advance(minute);
    await exportRecords("20");
    const delivered = await Promise.all([next(), next(), next()]);

    expect(delivered.map((message) => message?.dueAt)).toEqual([noon - 1, noon + minute - 1, undefined]);
  });

  test("is hidden from a second pointer to it, which a send whose answer was lost left behind", async () => {
    const first = (await next())!;
    await ports.outbox.send(exportJobId, first.id);

    expect(await next()).toBeUndefined();
    await take(first);
    ports.advance(60 * minute);
    expect(await next()).toBeUndefined();
  });

  test("comes back through either of two pointers, but once", async () => {
    const first = (await next())!;
    await ports.outbox.send(exportJobId, first.id);
    ports.advance(30 * minute);
    const again = await Promise.all([next(), next()]);

    expect(again.filter((message) => message !== undefined)).toHaveLength(1);
  });
});

describe("a download", () => {
  test("gives the package and marks the message, and may be repeated", async () => {
    const message = (await next())!;
    const bytes = await textOf((await download(message)).read());

    expect(bytes.startsWith("PK")).toBe(true);
    expect(await stateOf(message)).toBe("Downloaded");
    expect(await textOf((await download(message)).read())).toBe(bytes);
  });

  test("that is never read leaves the message as it was", async () => {
    const message = (await next())!;
    await download(message);

    expect(await stateOf(message)).toBe("Dequeued");
  });

  test("of a package that storage has lost is refused before anything is sent, and the message stays as it was", async () => {
    const message = (await next())!;
    await ports.files.remove("outbound", message.file!);

    await expect(download(message)).rejects.toMatchObject({
      code: "gone",
      message: expect.stringContaining(message.id),
    });
    expect(await stateOf(message)).toBe("Dequeued");
  });

  test("in parts marks the message with the part that has the last byte, and with no other", async () => {
    const message = (await next())!;
    const whole = await textOf((await download(message)).read());
    const { read, facts } = await download((await redelivered())!);
    const again = (await newestExport(ports, exportJob))!;
    const half = Math.floor(facts.sizeBytes / 2);

    const first = await textOf(read({ offset: 0, length: half }));
    expect(await stateOf(again)).toBe("Dequeued");
    const second = await textOf(read({ offset: half }));

    expect(await stateOf(again)).toBe("Downloaded");
    expect([first.length > 0, first + second]).toEqual([true, whole]);
  });

  test("works after the ack, and after the thirty minutes until the next delivery", async () => {
    const message = (await next())!;
    ports.advance(31 * minute);
    await take(message);

    expect((await download(message)).facts.sizeBytes).toBeGreaterThan(0);
    expect(await stateOf(message)).toBe("Acked");
  });

  test("under the CorrelationId of an earlier delivery is a conflict", async () => {
    const first = (await next())!;
    ports.advance(30 * minute);
    await next();

    await expect(download(first)).rejects.toMatchObject({ code: "conflict" });
  });

  test("under an id that is no delivery of the message, or of another job, is not found", async () => {
    const message = (await next())!;

    await expect(download(message, unknownId)).rejects.toMatchObject({ code: "notFound" });
    await expect(download({ ...message, id: unknownId })).rejects.toMatchObject({ code: "notFound" });
    const correlationId = message.delivery!.correlationId;
    await expect(downloadMessage(ports, importJobId, message.id, correlationId)).rejects.toMatchObject({
      code: "notFound",
    });
  });

  test("of an earlier delivery that ends after the next began does not speak for it", async () => {
    const first = (await next())!;
    const slow = await download(first);
    ports.advance(30 * minute);
    const second = (await next())!;
    await textOf(slow.read());

    expect(await stateOf(second)).toBe("Dequeued");
  });
});

describe("an ack", () => {
  test("is final, and a repeat of it changes nothing", async () => {
    const message = (await next())!;
    await textOf((await download(message)).read());
    await ack(message);
    await ack(message);
    ports.advance(60 * minute);

    expect(await next()).toBeUndefined();
    expect((await ports.messages.findOutbound(exportJobId, message.id))!.value).toMatchObject({ state: "Acked" });
  });

  test("of what was never downloaded is a conflict, changes nothing, and counts once it was", async () => {
    const message = (await next())!;
    const { read, facts } = await download(message);
    await textOf(read({ offset: 0, length: facts.sizeBytes - 1 }));

    await expect(ack(message)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("this delivery was never downloaded"),
    });
    expect((await ports.messages.findOutbound(exportJobId, message.id))!.value).toEqual(message);
    ports.advance(30 * minute);
    const again = (await next())!;
    expect(again.id).toBe(message.id);
    await take(again);
    expect(await stateOf(message)).toBe("Acked");
  });

  test("of what was never downloaded counts where the job takes it: message and log say so, repeats included", async () => {
    const message = (await next())!;
    const lenient: RecurringJob = { ...exportJob, ackWithoutDownload: "accept" };
    await ack(message, lenient);
    await ack(message, lenient);

    const { value } = (await ports.messages.findOutbound(exportJobId, message.id))!;
    expect(value).toMatchObject({ state: "Acked", isAckedWithoutDownload: true });
    expect(value.history.at(-1)).toMatchObject({ state: "Acked", note: "acked without download" });
    const events = ports.logged.map(({ event }) => event);
    expect(events.filter((event) => event === "message.acknowledged")).toHaveLength(1);
    // Whoever repeats an ack may have had no answer to the first, and nobody else would hear of it.
    expect(events.filter((event) => event === "message.ackedWithoutDownload")).toHaveLength(2);
  });

  test("of what was downloaded is nothing to tell anybody of, where the job would take any", async () => {
    await takeDelivery(ports, { ...exportJob, ackWithoutDownload: "accept" }, (await next())!);

    expect(ports.logged.map(({ event }) => event)).not.toContain("message.ackedWithoutDownload");
  });

  test("that is late counts until the message was handed out again, and the pointer goes with it", async () => {
    const message = (await next())!;
    ports.advance(45 * minute);
    await take(message);

    expect(await stateOf(message)).toBe("Acked");
    expect(await next()).toBeUndefined();
  });

  test("of an earlier delivery is a conflict and changes nothing", async () => {
    const first = (await next())!;
    ports.advance(30 * minute);
    const second = (await next())!;

    await expect(ack(first)).rejects.toMatchObject({ code: "conflict" });
    expect(await stateOf(second)).toBe("Dequeued");
    await take(second);
    await expect(ack(first)).rejects.toMatchObject({ code: "conflict" });
  });

  test("with another receipt is a conflict, and with an unknown id or through another job not found", async () => {
    const { delivery } = (await next())!;
    const { correlationId, popReceipt } = delivery!;
    const acknowledge = (activityId: string, id: string, receipt: string) =>
      acknowledgeMessage(ports, { ...exportJob, activityId }, { correlationId: id, popReceipt: receipt });

    await expect(acknowledge(exportJobId, correlationId, "other")).rejects.toMatchObject({ code: "conflict" });
    await expect(acknowledge(exportJobId, unknownId, popReceipt)).rejects.toMatchObject({ code: "notFound" });
    await expect(acknowledge(importJobId, correlationId, popReceipt)).rejects.toMatchObject({ code: "notFound" });
  });
});

test("a client that dequeues everything first and then acknowledges ends with nothing left", async () => {
  for (let day = 0; day < 5; day += 1) {
    ports.advance(minute);
    await exportRecords(`2${day}`);
  }
  const delivered: OutboundMessage[] = [];
  for (let message = await next(); message; message = await next()) delivered.push(message);
  for (const message of delivered) await take(message);
  ports.advance(60 * minute);

  expect(delivered).toHaveLength(6);
  expect(await next()).toBeUndefined();
});
