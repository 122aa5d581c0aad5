import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Queue } from "../../shared/storage/ground/ground.ts";
import { freshName, receiveSoon } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

const hour = 60 * 60 * 1000;

export function queueContract(open: () => Promise<GroundHarness>): void {
  let harness: GroundHarness;
  let queue: Queue;
  beforeAll(async () => {
    harness = await open();
  });
  beforeEach(() => {
    queue = harness.ground.queue(freshName());
  });

  describe("a queue", () => {
    test("that was never used is empty, and dropping it is no error", async () => {
      expect(await queue.receive(1, hour)).toEqual([]);
      await harness.ground.queue(freshName()).drop();
    });

    test("is made once, and keeps what is in it when it is made again", async () => {
      await queue.make();
      await queue.send("kept");
      await queue.make();

      expect((await receiveSoon(harness, queue, hour)).text).toBe("kept");
    });

    test("counts what is in it, hidden messages included", async () => {
      expect(await queue.count()).toBe(0);
      await queue.send("one");
      await queue.send("two");
      await queue.receive(1, hour);

      expect(await queue.count()).toBe(2);
    });

    test("hands out what was sent, each to one receiver", async () => {
      const texts = Array.from({ length: 10 }, (_, number) => `Ærø 🚢 <${number}> & "quotes"`);
      for (const text of texts) await queue.send(text);

      const received = await Promise.all(Array.from({ length: 5 }, () => queue.receive(2, hour)));

      expect(received.map((items) => items.length)).toEqual([2, 2, 2, 2, 2]);
      expect(received.flat().map((item) => item.text)).toEqual(expect.arrayContaining(texts));
      expect(await queue.receive(32, hour)).toEqual([]);
    });

    test("tells when a message was sent and how often it was handed out", async () => {
      await queue.send("one");
      await queue.send("two");

      const [first, second] = await queue.receive(2, hour);
      await queue.hide(first?.id ?? "", first?.popReceipt ?? "", 0);
      const again = await receiveSoon(harness, queue, hour);

      expect(first).toMatchObject({ text: "one", dequeueCount: 1 });
      expect(again).toMatchObject({ id: first?.id, text: "one", dequeueCount: 2 });
      expect(again.insertedAt % 1000).toBe(0);
      expect(again.insertedAt).toBe(first?.insertedAt);
      expect(second?.text).toBe("two");
    });

    test("hides a message that is sent with a delay until the delay is over", async () => {
      await queue.send("later", 1000);

      expect(await queue.receive(1, hour)).toEqual([]);
      expect((await receiveSoon(harness, queue, hour)).text).toBe("later");
    });

    test("hands a message out again when its time is over, and the old receipt stops working then", async () => {
      await queue.send("work");
      const first = await receiveSoon(harness, queue, 1000);
      expect(await queue.receive(1, hour)).toEqual([]);
      const second = await receiveSoon(harness, queue, hour);

      expect(second.id).toBe(first.id);
      expect(second.popReceipt).not.toBe(first.popReceipt);
      expect(await queue.remove(first.id, first.popReceipt)).toBe(false);
      expect(await queue.hide(first.id, first.popReceipt, 0)).toBeUndefined();
      expect(await queue.remove(second.id, second.popReceipt)).toBe(true);
    });

    test("takes a late receipt as long as nobody else received the message", async () => {
      await queue.send("work");
      const [item] = await queue.receive(1, hour);
      const receipt = await queue.hide(item?.id ?? "", item?.popReceipt ?? "", 0);

      expect(await queue.remove(item?.id ?? "", receipt ?? "")).toBe(true);
    });

    test("gives a new receipt when a message is hidden for longer, and the one before stops working", async () => {
      await queue.send("work");
      const [item] = await queue.receive(1, hour);
      const receipt = await queue.hide(item?.id ?? "", item?.popReceipt ?? "", hour);

      expect(receipt).toBeDefined();
      expect(await queue.remove(item?.id ?? "", item?.popReceipt ?? "")).toBe(false);
      expect(await queue.hide(item?.id ?? "", item?.popReceipt ?? "", 0)).toBeUndefined();
      const shown = await queue.hide(item?.id ?? "", receipt ?? "", 0);
      expect((await receiveSoon(harness, queue, hour)).text).toBe("work");
      expect(shown).toBeDefined();
    });

    test("knows neither a message that was removed nor one that never was", async () => {
      await queue.send("work");
      const [item] = await queue.receive(1, hour);
      await queue.remove(item?.id ?? "", item?.popReceipt ?? "");

      expect(await queue.remove(item?.id ?? "", item?.popReceipt ?? "")).toBe(false);
      expect(await queue.hide(item?.id ?? "", item?.popReceipt ?? "", hour)).toBeUndefined();
      expect(await queue.remove("00000000-0000-4000-8000-000000000000", item?.popReceipt ?? "")).toBe(false);
    });

    test("is made again at its next use after it was dropped with all that was in it", async () => {
      await queue.send("old");
      await queue.drop();

      await queue.send("new");

      expect((await queue.receive(32, hour)).map((item) => item.text)).toEqual(["new"]);
    });

    test("carries a message of 48 KiB and refuses a larger one", async () => {
      const largest = "é".repeat(24 * 1024);
      await queue.send(largest);

      expect((await queue.receive(1, hour))[0]?.text).toBe(largest);
      await expect(queue.send(`${largest}x`)).rejects.toThrow(RangeError);
    });

    test("refuses to hand out more than 32 at once, or for no time, or for more than seven days", async () => {
      await expect(queue.receive(33, hour)).rejects.toThrow(RangeError);
      await expect(queue.receive(1, 0)).rejects.toThrow(RangeError);
      await expect(queue.receive(1, 169 * hour)).rejects.toThrow(RangeError);
    });
  });
}
