import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type InboundMessage,
  acceptMessage,
  claim,
  discard,
  finishImport,
  isClaimable,
  isFinalImport,
  park,
  retry,
  retryStaged,
  returnToBacklog,
  release,
  startProcessing,
} from "../../shared/domain/inboundMessage.ts";
import { errorCharactersMax, takenAt, withHistory } from "../../shared/domain/message.ts";
import {
  type OutboundMessage,
  acknowledge,
  claimExport,
  correlationIdsMax,
  dequeue,
  discardExport,
  download,
  failExport,
  finishWithoutFile,
  isFinalExport,
  newExport,
  offerFile,
  parkExport,
  redeliver,
  refuseRelease,
  retryExport,
  startExporting,
  visibleState,
} from "../../shared/domain/outboundMessage.ts";
import { waitingSince } from "../../shared/domain/standing.ts";

const leaseMs = 60_000;
const conflict = expect.objectContaining({ code: "conflict" });
const waiting = acceptMessage({
  id: "m1",
  activityId: "a1",
  order: "m1",
  enqueuedAt: 0,
  applicationId: "c1",
  sizeBytes: 1,
  sha256: "s",
});
const claimed = claim(waiting, 1, leaseMs, "x1");
const processing = startProcessing(claimed, 2);

describe("an import message", () => {
  test("waits, is claimed, runs and ends, and its history tells when", () => {
    const done = finishImport(processing, "Processed", 3);

    expect(done.history).toEqual([
      { state: "Enqueued", at: 0 },
      { state: "PreProcessing", at: 1 },
      { state: "Processing", at: 2 },
      { state: "Processed", at: 3 },
    ]);
    expect(done.lease).toBeUndefined();
    expect(isFinalImport(done)).toBe(true);
  });

  test("belongs to one worker while its lease runs, and then to the next one with a higher fence", () => {
    expect(isClaimable(claimed, leaseMs)).toBe(false);
    expect(() => claim(processing, leaseMs, leaseMs, "x2")).toThrow(conflict);
    const next = claim(processing, leaseMs + 1, leaseMs, "x2");

    expect(next).toMatchObject({ state: "PreProcessing", fence: 2, executionId: "x1" });
    expect(next).toMatchObject({ attempts: 1, interruptions: 1 });
  });

  test("that has ended is never claimed", () => {
    expect(isClaimable(finishImport(processing, "Processed", 3), leaseMs * 9)).toBe(false);
  });

  test("that is given back waits at its old place, with the error in bounds", () => {
    const back = returnToBacklog(processing, 3, "x".repeat(100_000));

    expect(back).toMatchObject({ state: "Enqueued", order: "m1", attempts: 1 });
    expect(back.lastError).toHaveLength(errorCharactersMax);
    expect(back.lease).toBeUndefined();
  });

  test("is parked as pre-processing before its first record, and as post-processing afterwards", () => {
    expect(park(returnToBacklog(claimed, 3, "e"), 4, "r")).toMatchObject({
      state: "PreProcessingError",
      lastError: "e",
      parked: { at: 4, reason: "r" },
    });
    expect(park(returnToBacklog(processing, 3, "e"), 4, "r").state).toBe("PostProcessingError");
    const retried = retry(park(processing, 4, "r"), 5);
    expect(park(claim(retried, 6, leaseMs, "x2"), 7, "r").state).toBe("PreProcessingError");
  });

  test("that is retried is a new run that forgets parking, error, lease and attempts, and keeps its place", () => {
    const retried = retry(park(returnToBacklog(processing, 3, "e"), 4, "r"), 5);

    expect(retried).toMatchObject({ state: "Enqueued", attempts: 0, run: 2, order: "m1", earlierExecutionIds: ["x1"] });
    for (const member of ["parked", "lastError", "lease", "executionId"]) expect(retried).not.toHaveProperty(member);
    expect(claim(retried, 6, leaseMs, "x2")).toMatchObject({ executionId: "x2", fence: 2 });
  });

  test("is set aside only when it has ended", () => {
    expect(() => release(processing, 3)).toThrow(conflict);
    expect(release(finishImport(processing, "PostProcessingError", 3), 4).parked).toEqual({
      at: 4,
      reason: expect.stringContaining("Released"),
    });
  });

  test("that was processed goes back for its staged rows alone, and a discarded one for none", () => {
    const done = finishImport(processing, "Processed", 3);
    const wish = { executionId: "x1", extents: {}, execute: true };

    expect(retryStaged(done, 4, wish)).toMatchObject({ state: "Enqueued", run: done.run + 1, stagedRows: wish });
    expect(() => retry(done, 4)).toThrow(conflict);
    expect(() => returnToBacklog(done, 4, "e")).toThrow(conflict);
    expect(() => retryStaged(processing, 4, wish)).toThrow(conflict);
    const discarded = discard(waiting, { at: 4, applicationId: "m1", reason: "r" });
    expect(() => retryStaged(discarded, 5, wish)).toThrow(conflict);
  });

  const moves: Record<string, (message: InboundMessage) => InboundMessage> = {
    claim: (message) => claim(message, 1e9, leaseMs, "x"),
    start: (message) => startProcessing(message, 1e9),
    processed: (message) => finishImport(message, "Processed", 1e9),
    withErrors: (message) => finishImport(message, "ProcessedWithErrors", 1e9),
    post: (message) => finishImport(message, "PostProcessingError", 1e9),
    pre: (message) => finishImport(message, "PreProcessingError", 1e9),
    back: (message) => returnToBacklog(message, 1e9, "e"),
    park: (message) => park(message, 1e9, "r"),
    retry: (message) => retry(message, 1e9),
    discard: (message) => discard(message, { at: 1e9, applicationId: "m1", reason: "r" }),
  };

  test("goes only where its life cycle leads, whatever is asked of it", () => {
    const allowed: Record<string, readonly string[]> = {
      Enqueued: ["PreProcessing", "PreProcessingError", "PostProcessingError", "Discarded"],
      PreProcessing: [
        "PreProcessing",
        "Processing",
        "PreProcessingError",
        "PostProcessingError",
        "Enqueued",
        "Discarded",
      ],
      Processing: ["PreProcessing", "Processed", "ProcessedWithErrors", "PostProcessingError", "Enqueued", "Discarded"],
      Processed: [],
      ProcessedWithErrors: ["Enqueued"],
      PostProcessingError: ["Enqueued", "Discarded"],
      PreProcessingError: ["Enqueued", "Discarded"],
      Discarded: ["Discarded"],
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(moves)), { maxLength: 30 }), (asked) => {
        let message = waiting;
        for (const name of asked) {
          const before = message;
          try {
            message = moves[name]!({ ...before, ...(before.lease && { lease: { ...before.lease, until: 0 } }) });
          } catch {
            continue;
          }
          expect(allowed[before.state]).toContain(message.state);
          expect(message.fence).toBeGreaterThanOrEqual(before.fence);
        }
      }),
    );
  });
});

const begun = newExport({ id: "e1", activityId: "a1", dueAt: 0, enqueuedAt: 0 });
const exporting = startExporting(claimExport(begun, 1, leaseMs, "x1"), 2);
const offered = offerFile(exporting, 3, { name: "e1/1", sizeBytes: 9, totalRecords: 2 });
const deliver = (message: OutboundMessage, number: number): OutboundMessage =>
  dequeue(message, {
    correlationId: `c${number}`,
    popReceipt: `p${number}`,
    queueItemId: "q",
    dequeuedAt: number * 100,
    expiresAt: number * 100 + 50,
  });
const delivered = deliver(offered, 1);

describe("an export message", () => {
  test("runs, is offered, delivered, downloaded and acknowledged", () => {
    const acked = acknowledge(download(delivered, "c1", 110), "c1", "p1", 120);

    expect(acked.history.map(({ state }) => state)).toEqual([
      "PreProcessing",
      "Processing",
      "Enqueued",
      "Dequeued",
      "Downloaded",
      "Acked",
    ]);
    expect(acked.history[0]).toEqual({ state: "PreProcessing", at: 1 });
    expect(acked.isAckedWithoutDownload).toBeUndefined();
  });

  test("without a file is never delivered", () => {
    const empty = finishWithoutFile(exporting, 3);

    expect(empty).toMatchObject({ state: "Processed", totalRecords: 0 });
    expect(empty).not.toHaveProperty("isFileUploaded");
    expect(() => deliver(empty, 1)).toThrow(conflict);
  });

  test("reads as waiting again when a delivery has run out, and keeps that delivery for a late ack", () => {
    expect(visibleState(delivered, 149)).toBe("Dequeued");
    expect(visibleState(delivered, 150)).toBe("Enqueued");
    expect(acknowledge(delivered, "c1", "p1", 1e6, "accept").state).toBe("Acked");
  });

  test("that another worker takes over before its first record was begun once, and taken last by that worker", () => {
    const again = claimExport(claimExport(begun, 1, leaseMs, "x1"), leaseMs + 1, leaseMs, "x2");

    expect(again.history).toEqual([{ state: "PreProcessing", at: leaseMs + 1 }]);
    expect(takenAt(again)).toBe(leaseMs + 1);
  });

  test("names each state of a further attempt, and each further delivery by its number", () => {
    const retaken = claimExport(exporting, leaseMs + 9, leaseMs, "x2");
    const states = deliver(deliver(offered, 1), 2).history.map(({ state, note }) => note ?? state);

    expect(retaken.history.map(({ state }) => state)).toEqual(["PreProcessing", "Processing", "PreProcessing"]);
    expect(states).toEqual(["PreProcessing", "Processing", "Enqueued", "Dequeued", "delivery 2"]);
  });

  test("tells when it was delivered before, and takes no word of an earlier delivery", () => {
    const again = deliver(delivered, 2);

    expect(again).toMatchObject({ lastDequeuedAt: 100, deliveryCount: 2, correlationIds: ["c1", "c2"] });
    expect(() => acknowledge(again, "c1", "p1", 210)).toThrow(conflict);
    expect(() => acknowledge(again, "c2", "p1", 210)).toThrow(conflict);
    expect(() => download(again, "c1", 210)).toThrow(conflict);
    expect(() => download(again, "c9", 210)).toThrow(expect.objectContaining({ code: "notFound" }));
  });

  test("remembers a bounded number of deliveries", () => {
    let message = offered;
    for (let number = 1; number <= correlationIdsMax + 5; number += 1) message = deliver(message, number);

    expect(message.correlationIds).toHaveLength(correlationIdsMax);
    expect(message).toMatchObject({ deliveryCount: correlationIdsMax + 5 });
  });

  test("is acknowledged twice with the same result, and downloaded after it without a change", () => {
    const acked = acknowledge(download(delivered, "c1", 105), "c1", "p1", 110);

    expect(acknowledge(acked, "c1", "p1", 999)).toBe(acked);
    expect(download(acked, "c1", 999)).toBe(acked);
  });

  test("that was never downloaded is acknowledged only where its job takes that, and says so", () => {
    const again = deliver(download(delivered, "c1", 110), 2);
    const acked = acknowledge(again, "c2", "p2", 210, "accept");

    expect(() => acknowledge(delivered, "c1", "p1", 110)).toThrow("this delivery was never downloaded");
    // What counts is the delivery that is acknowledged, and not one before.
    expect(() => acknowledge(again, "c2", "p2", 210, "refuse")).toThrow(conflict);
    expect(acked).toMatchObject({ state: "Acked", isAckedWithoutDownload: true });
    expect(acked.history.at(-1)).toEqual({ state: "Acked", at: 210, note: "acked without download" });
    expect(acknowledge(acked, "c2", "p2", 999)).toBe(acked);
  });

  test("that is redelivered is offered as before its first delivery, and remembers those that it had", () => {
    const again = redeliver(acknowledge(delivered, "c1", "p1", 120, "accept"), 130);

    expect(again).toMatchObject({ state: "Enqueued", redeliveries: 1, isPointerSent: false, lastDequeuedAt: 100 });
    expect(again.history.at(-1)).toEqual({ state: "Enqueued", at: 130, note: "redelivered" });
    for (const member of ["delivery", "isAckedWithoutDownload"]) expect(again).not.toHaveProperty(member);
    expect(isFinalExport(again)).toBe(false);
    expect(waitingSince(again)).toBe(130);
    expect(deliver(again, 2)).toMatchObject({ deliveryCount: 2, correlationIds: ["c1", "c2"], lastDequeuedAt: 100 });
    expect(redeliver(acknowledge(deliver(again, 2), "c2", "p2", 210, "accept"), 220).redeliveries).toBe(2);
  });

  test("that is redelivered takes no more of the client that acknowledged it", () => {
    const again = redeliver(acknowledge(download(delivered, "c1", 110), "c1", "p1", 120), 130);

    for (const message of [again, deliver(again, 2)]) {
      expect(() => acknowledge(message, "c1", "p1", 140, "accept")).toThrow("nothing was acknowledged");
      expect(() => download(message, "c1", 140)).toThrow(conflict);
    }
  });

  for (const [what, message, way] of [
    ["was begun", begun, "discard gives it up"],
    ["runs", exporting, "discard gives it up"],
    ["waits for a client", offered, "discard gives it up"],
    ["a client has", delivered, "discard gives it up"],
    ["a client has taken", download(delivered, "c1", 110), "discard gives it up"],
    ["made no file", finishWithoutFile(exporting, 3), "run the job"],
    ["failed", failExport(exporting, 3, "e"), "retry runs it again, discard gives it up"],
    ["was discarded", discardExport(offered, { at: 4, applicationId: "m1", reason: "Old." }), "run the job"],
  ] as const) {
    test(`that ${what} is neither redelivered nor released, and says what can be done instead`, () => {
      expect(() => redeliver(message, 9)).toThrow(way);
      expect(() => refuseRelease(message)).toThrow(way);
    });
  }

  for (const message of [begun, exporting, offered, delivered, download(delivered, "c1", 110)]) {
    test(`that is ${message.state} is not retried, and says what can be done instead`, () => {
      expect(() => retryExport(message, 9)).toThrow("discard gives it up");
    });
  }

  test("that was acknowledged is neither retried nor released, but redelivered", () => {
    const acked = acknowledge(download(delivered, "c1", 110), "c1", "p1", 120);

    expect(() => retryExport(acked, 9)).toThrow("redeliver puts it back into its queue");
    expect(() => refuseRelease(acked)).toThrow("redeliver puts it back into its queue");
  });

  test("that failed runs again as a new run, and nothing else does", () => {
    const parked = parkExport(failBack(), 4, "r");
    expect(parked).toMatchObject({ state: "PostProcessingError", isFileUploaded: false, parked: { reason: "r" } });
    const retried = retryExport(parked, 5);

    expect(retried).toMatchObject({ state: "PreProcessing", run: 2, attempts: 0, earlierExecutionIds: ["x1"] });
    for (const member of ["parked", "lastError", "executionId", "isFileUploaded"]) {
      expect(retried).not.toHaveProperty(member);
    }
    expect(() => retryExport(offered, 5)).toThrow(conflict);
    expect(() => failExport(offered, 5, "e")).toThrow(conflict);
  });

  const failBack = (): OutboundMessage => ({ ...exporting, lastError: "e" });
});

test("a history keeps its first entry and the newest, sixty in all", () => {
  let history = withHistory([], "Enqueued", 0);
  for (let at = 1; at <= 500; at += 1) history = withHistory(history, "PreProcessing", at);

  expect(history).toHaveLength(60);
  expect(history[0]).toEqual({ state: "Enqueued", at: 0 });
  expect(history.at(-1)).toEqual({ state: "PreProcessing", at: 500 });
});

test("a history full of notes keeps when the message came into its state", () => {
  let history = withHistory(withHistory([], "Enqueued", 0), "ProcessedWithErrors", 7);
  for (let at = 10; at <= 200; at += 1) history = withHistory(history, "ProcessedWithErrors", at, `note ${at}`);

  expect(history).toHaveLength(60);
  expect(history.slice(0, 2)).toEqual([
    { state: "Enqueued", at: 0 },
    { state: "ProcessedWithErrors", at: 7 },
  ]);
  expect(history.at(-1)?.note).toBe("note 200");
});
