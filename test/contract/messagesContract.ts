import { describe, expect, test } from "vitest";
import { claim, finishImport, retry, startProcessing } from "../../shared/domain/inboundMessage.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { Watermark } from "../../shared/ports.ts";
import {
  claimExport,
  correlationIdsMax,
  dequeue,
  offerFile,
  startExporting,
} from "../../shared/domain/outboundMessage.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { gateKey, messageKey } from "../../shared/storage/messages/messageRows.ts";
import {
  type OpenStoresFor,
  accept,
  chunksOf,
  guid,
  idAt,
  inbound,
  job,
  noon,
  outbound,
  pagesOf,
  present,
} from "./storesHarness.ts";

function offered(number: number): OutboundMessage {
  const running = startExporting(claimExport(outbound(number), noon, 60_000, guid(1)), noon);
  return offerFile(running, noon, { name: "f", sizeBytes: 1, totalRecords: 1 });
}

function delivery(number: number) {
  const correlationId = guid(number);
  return {
    correlationId,
    popReceipt: `r${number}`,
    queueItemId: "q",
    dequeuedAt: noon + number,
    expiresAt: noon + 9999,
  };
}

export function messagesContract(name: string, open: OpenStoresFor): void {
  describe(`messages on ${name}`, () => {
    test("are found in their own job alone", async () => {
      const { messages } = (await open()).stores;
      const message = await accept(messages, inbound(1));

      expect((await messages.find(job(1), message.id))?.value).toEqual(message);
      expect(await messages.find(job(2), message.id)).toBeUndefined();
      expect(await messages.find(job(1), idAt(noon, 99))).toBeUndefined();
      expect(await messages.find(job(1), "no id / at all")).toBeUndefined();
    });

    test("are found by direction, and are absent under the other one", async () => {
      const { messages } = (await open()).stores;
      const message = await accept(messages, inbound(1));
      await messages.insertOutbound(outbound(2));

      expect((await messages.findInbound(job(1), message.id))?.value).toEqual(message);
      expect(await messages.findOutbound(job(1), message.id)).toBeUndefined();
      expect((await messages.findOutbound(job(1), outbound(2).id))?.value).toEqual(outbound(2));
      expect(await messages.findInbound(job(1), outbound(2).id)).toBeUndefined();
    });

    test("name their job by their id alone: an import through its payload, an export by itself", async () => {
      const { messages, files } = (await open()).stores;
      await files.store("inbound", inbound(1).id, chunksOf("payload"), job(1));
      await accept(messages, inbound(1));
      await messages.insertOutbound(outbound(2, { activityId: job(2) }));

      expect(await messages.findActivity(inbound(1).id)).toBe(job(1));
      expect(await messages.findActivity(outbound(2).id)).toBe(job(2));
      expect(await messages.findActivity(idAt(noon, 99))).toBeUndefined();
      expect(await messages.findActivity("../secrets")).toBeUndefined();
    });

    test("are inserted once: a second export with the id changes nothing", async () => {
      const { stores, others } = await open();

      expect(await stores.messages.insertOutbound(outbound(1))).toBe(true);
      expect(await others.messages.insertOutbound(outbound(1, { company: "DAT" }))).toBe(false);
      expect((await stores.messages.find(job(1), outbound(1).id))?.value).toEqual(outbound(1));
    });

    test("are accepted once: a repeat is answered with what stands", async () => {
      const { stores, others } = await open();
      const first = await accept(stores.messages, inbound(1));

      const repeats = await Promise.all([
        accept(stores.messages, inbound(1)),
        accept(stores.messages, inbound(1)),
        accept(others.messages, inbound(1, { enqueuedAt: noon + 5000 })),
      ]);

      expect(repeats).toEqual([first, first, first]);
      expect(await stores.messages.listWaiting(job(1), "", 10)).toHaveLength(1);
    });

    for (const start of ["", "a"]) {
      test(`keep every character and length, and members of a newer version ("${start}")`, async () => {
        const { messages } = (await open()).stores;
        const lastError = `${start}${"🙂".repeat(40_000)}\u0000\ud800 end`;
        const stored = await accept(messages, { ...inbound(1), lastError, later: [1] } as never);

        const found = present(await messages.find(job(1), stored.id));
        await messages.replace(found, { ...found.value, attempts: 7 });

        expect((await messages.find(job(1), stored.id))?.value).toMatchObject({ lastError, later: [1], attempts: 7 });
      });
    }

    test("are replaced by the one who saw the newest state, and the loser is told", async () => {
      const { stores, others } = await open();
      const { activityId, id } = await accept(stores.messages, inbound(1));
      const seen = present(await stores.messages.findInbound(activityId, id));

      const claims = await Promise.all(
        [stores, others, stores, others].map((each, index) =>
          each.messages.replace(seen, claim(seen.value, noon, 60_000, guid(index))),
        ),
      );

      const won = claims.filter((saved) => saved !== undefined);
      expect(won).toHaveLength(1);
      expect(await stores.messages.findInbound(activityId, id)).toEqual(won[0]);
    });

    test("go on from the answer of a replace, in line and out of it", async () => {
      const { messages } = (await open()).stores;
      const { activityId, id } = await accept(messages, inbound(1));
      const seen = present(await messages.findInbound(activityId, id));

      const claimed = present(await messages.replace(seen, claim(seen.value, noon, 60_000, guid(1))));
      const started = present(await messages.replace(claimed, startProcessing(claimed.value, noon)));
      const failed = present(await messages.replace(started, finishImport(started.value, "PostProcessingError", noon)));
      const waiting = present(await messages.replace(failed, retry(failed.value, noon)));

      expect(await messages.replace(failed, retry(failed.value, noon))).toBeUndefined();
      expect(await messages.findInbound(activityId, id)).toEqual(waiting);
    });

    test("are not replaced once they are gone", async () => {
      const { messages } = (await open()).stores;
      const { activityId, id } = await accept(messages, inbound(1));
      const seen = present(await messages.findInbound(activityId, id));
      expect(await messages.remove(seen)).toBe(true);

      expect(await messages.replace(seen, claim(seen.value, noon, 60_000, guid(1)))).toBeUndefined();
      expect(await messages.replace(seen, { ...seen.value, attempts: 1 })).toBeUndefined();
      expect(await messages.list(activityId, { limit: 10 })).toEqual({ items: [] });
    });

    test("are listed newest first, whatever their direction, page by page", async () => {
      const { messages } = (await open()).stores;
      for (const number of [3, 1, 5]) await accept(messages, inbound(number));
      for (const number of [2, 4]) await messages.insertOutbound(outbound(number));
      await accept(messages, inbound(6, { activityId: job(2) }));

      const pages = await pagesOf((page) => messages.list(job(1), page), 2);

      expect(pages.map((page) => page.map((message) => message.enqueuedAt - noon))).toEqual([[5, 4], [3, 2], [1]]);
    });

    test("are listed on from the last page, whatever was written since", async () => {
      const { messages } = (await open()).stores;
      for (const number of [1, 2, 3, 4]) await accept(messages, inbound(number));
      const { continuation } = await messages.list(job(1), { limit: 2 });
      await accept(messages, inbound(9));
      await messages.remove(present(await messages.find(job(1), inbound(3).id)));

      const next = await messages.list(job(1), { limit: 5, continuation: present(continuation) });

      expect(next.items.map((message) => message.id)).toEqual([inbound(2).id, inbound(1).id]);
    });

    test("refuse a continuation that no list gave", async () => {
      const { messages } = (await open()).stores;
      await accept(messages, inbound(1));

      for (const continuation of ["", "a", "w_0", "z", "m_' or '1' eq '1", "m_%"]) {
        const listing = messages.list(job(1), { limit: 5, continuation });
        await expect(listing).rejects.toMatchObject({ code: "invalid" });
      }
    });

    test("are removed as they were judged, with their place in line, once", async () => {
      const { stores, others, ground } = await open();
      const { id } = await accept(stores.messages, inbound(1));
      const judged = present(await stores.messages.find(job(1), id));
      const written = present(await others.messages.replace(judged, { ...judged.value, attempts: 1 }));

      expect(await stores.messages.remove(judged)).toBe(false);
      expect(await stores.messages.find(job(1), id)).toEqual(written);
      expect(await stores.messages.findRemains(job(1), id)).toBeUndefined();
      expect(await stores.messages.remove(written)).toBe(true);
      expect(await stores.messages.remove(written)).toBe(false);

      expect(await stores.messages.find(job(1), id)).toBeUndefined();
      await stores.messages.forgetRemains(job(1), id);
      const { rows } = await ground.table(tableNames.messages).list(job(1), { limit: 10 });
      expect(rows.map(({ rowKey }) => rowKey)).toEqual([gateKey]);
    });

    test("leave a note of every run's execution, until somebody has cleared them away", async () => {
      const { stores, others } = await open();
      const { id } = await accept(stores.messages, inbound(1));
      const judged = present(await stores.messages.find(job(1), id));
      const runs = { earlierExecutionIds: [guid(1), guid(2)], executionId: guid(3) };
      await stores.messages.remove(present(await stores.messages.replace(judged, { ...judged.value, ...runs })));

      expect(await others.messages.findRemains(job(1), id)).toEqual({ executionIds: [guid(1), guid(2), guid(3)] });
      await others.messages.forgetRemains(job(1), id);
      expect(await stores.messages.findRemains(job(1), id)).toBeUndefined();
      expect(await stores.messages.findRemains(job(1), "no id")).toBeUndefined();
    });

    test("name the table and the keys, and never the content, when a row is unreadable", async () => {
      const { stores, ground } = await open();
      const message = await accept(stores.messages, inbound(1));
      const table = ground.table(tableNames.messages);
      const { rowKey, etag } = present(await table.find(job(1), messageKey(message.id)));
      await table.replace(job(1), rowKey, { v: 1, json0: '{"secret' }, etag);

      const error = await stores.messages.find(job(1), message.id).catch(String);

      expect(error).toContain(`Row ${job(1)} / ${rowKey} of table messages`);
      expect(error).not.toContain("secret");
    });

    for (const [what, values, problem] of [
      ["lacks members", { v: 1, json0: "{}" }, "lacks id, activityId"],
      ["holds no object", { v: 1, json0: "7" }, "does not hold a JSON object"],
      ["is of a newer layout", { v: 2, json0: "{}" }, "has layout 2"],
    ] as const) {
      test(`are not read from a row that ${what}`, async () => {
        const { stores, ground } = await open();
        await stores.messages.insertOutbound(outbound(1));
        const table = ground.table(tableNames.messages);
        const row = present((await table.list(job(1), { limit: 1 })).rows[0]);
        await table.replace(job(1), row.rowKey, values, row.etag);

        await expect(stores.messages.find(job(1), outbound(1).id)).rejects.toThrow(`of table messages ${problem}`);
      });
    }
  });

  describe(`deliveries on ${name}`, () => {
    test("lead to their message by CorrelationId, the earlier ones too", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(offered(1));
      const waiting = present(await messages.findOutbound(job(1), outbound(1).id));
      const once = present(await messages.replace(waiting, dequeue(waiting.value, delivery(1))));
      const twice = present(await messages.replace(once, dequeue(once.value, delivery(2))));

      expect(await messages.findByCorrelation(job(1), guid(1))).toEqual(twice);
      expect(await messages.findByCorrelation(job(1), guid(2))).toEqual(twice);
      expect(await messages.findByCorrelation(job(2), guid(2))).toBeUndefined();
      expect(await messages.findByCorrelation(job(1), guid(3))).toBeUndefined();
      expect(await messages.findByCorrelation(job(1), "no / guid")).toBeUndefined();
    });

    test("of a lost race lead nowhere", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(offered(1));
      const waiting = present(await messages.findOutbound(job(1), outbound(1).id));
      await messages.replace(waiting, dequeue(waiting.value, delivery(1)));

      expect(await messages.replace(waiting, dequeue(waiting.value, delivery(2)))).toBeUndefined();
      expect(await messages.findByCorrelation(job(1), guid(2))).toBeUndefined();
    });

    test("leave nothing behind when their message goes, however many there were", async () => {
      const { stores, ground } = await open();
      await stores.messages.insertOutbound(offered(1));
      let stored = present(await stores.messages.findOutbound(job(1), outbound(1).id));
      for (let number = 1; number <= correlationIdsMax + 2; number++) {
        stored = present(await stores.messages.replace(stored, dequeue(stored.value, delivery(number))));
      }
      expect(await stores.messages.findByCorrelation(job(1), guid(2))).toBeUndefined();
      expect(await stores.messages.findByCorrelation(job(1), guid(3))).toEqual(stored);

      await stores.messages.remove(stored);
      await stores.messages.forgetRemains(job(1), stored.value.id);

      expect(await ground.table(tableNames.messages).list(job(1), { limit: 10 })).toEqual({ rows: [] });
    });
  });

  describe(`watermarks on ${name}`, () => {
    test("are empty before the first export", async () => {
      expect(await (await open()).stores.messages.findWatermarks(job(1))).toEqual({});
    });

    test("move with the message, or not at all", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(outbound(1));
      const seen = present(await messages.findOutbound(job(1), outbound(1).id));
      const claimed = claimExport(seen.value, noon, 60_000, guid(1));

      const won = present(await messages.replace(seen, claimed, { watermarks: { customers: 5 } }));
      const lost = await messages.replace(seen, claimed, { watermarks: { customers: 9 } });

      expect(lost).toBeUndefined();
      expect(await messages.findOutbound(job(1), outbound(1).id)).toEqual(won);
      expect(await messages.findWatermarks(job(1))).toEqual({ customers: 5 });
      expect(await messages.findWatermarks(job(2))).toEqual({});
    });

    test("of other entities stay, and an export that ends late moves none back", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(outbound(1));
      let stored = present(await messages.findOutbound(job(1), outbound(1).id));

      for (const watermarks of [{ customers: 5, orders: 7 }, { customers: 4 }, { orders: 8 }]) {
        stored = present(await messages.replace(stored, { ...stored.value }, { watermarks }));
      }

      expect(await messages.findWatermarks(job(1))).toEqual({ customers: 5, orders: 8 });
    });

    test("know the filter that they were reached by, and rise by their sequence alone", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(outbound(1));
      let stored = present(await messages.findOutbound(job(1), outbound(1).id));
      const by = (filterId: string, seq: number) => ({ seq, filterId, at: noon });

      for (const customers of [5, by("a", 5), by("b", 7), by("a", 6), 6]) {
        stored = present(await messages.replace(stored, { ...stored.value }, { watermarks: { customers } }));
      }
      expect(await messages.findWatermarks(job(1))).toEqual({ customers: by("b", 7) });
      await messages.replace(stored, { ...stored.value }, { watermarks: { customers: 7 } });

      expect(await messages.findWatermarks(job(1))).toEqual({ customers: 7 });
    });

    test("that were reset are moved by no export that began before, and by those after it", async () => {
      const { messages } = (await open()).stores;
      await messages.insertOutbound(outbound(1));
      let stored = present(await messages.findOutbound(job(1), outbound(1).id));
      const move = async (customers: Watermark) => {
        stored = present(await messages.replace(stored, { ...stored.value }, { watermarks: { customers, orders: 7 } }));
        return (await messages.findWatermarks(job(1)))["customers"];
      };
      const isMeant = (entity: string) => entity === "customers";

      expect(await messages.resetWatermarks(job(1), isMeant)).toBe(false);
      await move(5);
      expect(await messages.resetWatermarks(job(1), isMeant)).toBe(true);
      const reset = { seq: -1, at: 0, resets: 1 };
      expect([await move(9), await move({ seq: 6, at: noon, resets: 1 })]).toEqual([
        reset,
        { seq: 6, at: noon, resets: 1 },
      ]);
      expect(await messages.findWatermarks(job(1))).toMatchObject({ orders: 7 });
    });

    test("of exports that end at once all move", async () => {
      const { stores, others } = await open();
      const numbers = [1, 2, 3, 4];
      for (const number of numbers) await stores.messages.insertOutbound(outbound(number));

      const ended = numbers.map(async (number) => {
        const { messages } = number % 2 ? stores : others;
        const stored = present(await messages.findOutbound(job(1), outbound(number).id));
        return messages.replace(
          stored,
          { ...stored.value, attempts: 1 },
          { watermarks: { [`entity${number}`]: number } },
        );
      });

      expect((await Promise.all(ended)).every((saved) => saved?.value.attempts === 1)).toBe(true);
      const watermarks = await stores.messages.findWatermarks(job(1));
      expect(watermarks).toEqual({ entity1: 1, entity2: 2, entity3: 3, entity4: 4 });
    });
  });

  describe(`the progress of a job on ${name}`, () => {
    const progress = { sentThrough: "", passedAt: 0, head: outbound(1).id };

    test("moves with the message that it speaks of, or neither moves", async () => {
      const { messages } = (await open()).stores;
      const insertedWithOld = await messages.insertOutbound(outbound(1), {
        progress: { judged: undefined, next: progress },
      });
      const judged = present(await messages.findProgress(job(1)));
      const seen = present(await messages.findOutbound(job(1), outbound(1).id));
      const claimed = claimExport(seen.value, noon, 60_000, guid(1));
      await messages.saveProgress(job(1), { ...progress, passedAt: 1 }, judged.etag);

      const lostRace = await messages.replace(seen, claimed, {
        progress: { judged, next: { ...progress, passedAt: 2 } },
      });
      const second = await messages.insertOutbound(outbound(2), { progress: { judged: undefined, next: progress } });

      expect([insertedWithOld, lostRace, second]).toEqual([true, undefined, false]);
      expect(await messages.findOutbound(job(1), outbound(1).id)).toEqual(seen);
      expect(await messages.findOutbound(job(1), outbound(2).id)).toBeUndefined();
      const now = present(await messages.findProgress(job(1)));
      expect(now.value.passedAt).toBe(1);
      const won = await messages.replace(seen, claimed, {
        progress: { judged: now, next: { ...progress, passedAt: 3 } },
        watermarks: { customers: 5 },
      });
      expect(await messages.findOutbound(job(1), outbound(1).id)).toEqual(won);
      expect((await messages.findProgress(job(1)))?.value.passedAt).toBe(3);
    });
  });
}
