import { describe, expect, test } from "vitest";
import {
  type InboundMessage,
  acceptMessage,
  claim,
  clientState,
  discard,
  finishImport,
  isClaimable,
  isFinalImport,
  park,
  putOff,
  release,
  retry,
  returnToBacklog,
  startProcessing,
} from "../../shared/domain/inboundMessage.ts";
import {
  type OutboundMessage,
  acknowledge,
  claimExport,
  dequeue,
  discardExport,
  download,
  failExport,
  finishWithoutFile,
  isFinalExport,
  isOffered,
  newExport,
  offerFile,
  parkExport,
  retryExport,
  startExporting,
} from "../../shared/domain/outboundMessage.ts";
import { endOf, standingOf } from "../../shared/domain/standing.ts";

const leaseMs = 60_000;
const conflict = expect.objectContaining({ code: "conflict" });
const byOperator = { at: 9, applicationId: "m1", reason: "Sent twice." };

const facts = { activityId: "a1", order: "1", enqueuedAt: 0, applicationId: "c1", sizeBytes: 1, sha256: "s" };
const waiting = acceptMessage({ ...facts, id: "i1" });
const taken = claim(waiting, 1, leaseMs, "x1");
const processing = startProcessing(taken, 2);
const failed = finishImport(processing, "PostProcessingError", 3, "e");
const refused = finishImport(taken, "PreProcessingError", 3, "e");

const begun = newExport({ id: "e1", activityId: "a1", dueAt: 0, enqueuedAt: 0 });
const exporting = startExporting(claimExport(begun, 1, leaseMs, "x1"), 2);
const offered = offerFile(exporting, 3, { name: "e1/1", sizeBytes: 9, totalRecords: 2 });
const delivery = { correlationId: "c1", popReceipt: "p1", queueItemId: "q", dequeuedAt: 4, expiresAt: 1e9 };
const delivered = dequeue(offered, delivery);
const acked = acknowledge(download(delivered, "c1", 5), "c1", "p1", 5);

describe("an import that is discarded", () => {
  const possible: readonly (readonly [string, InboundMessage])[] = [
    ["waits", waiting],
    ["waits to be run again", retry(failed, 4)],
    ["waits for its next attempt", returnToBacklog(processing, 3, "e")],
    ["waits after an outage", putOff(processing, 3, "e")],
    ["a worker left behind", { ...processing, lease: { fence: 1, until: 5 } }],
    ["was refused", refused],
    ["failed", failed],
    ["is parked", park(returnToBacklog(processing, 3, "e"), 4, "r")],
    ["was released", release(failed, 4)],
  ];

  test.each(possible)("says by whom, when and why, and is final: one that %s", (_what, message) => {
    const discarded = discard(message, byOperator);

    expect(discarded).toMatchObject({ state: "Discarded", discarded: byOperator });
    expect(discarded.history.at(-1)).toEqual({ state: "Discarded", at: 9 });
    for (const member of ["parked", "lease", "pause"]) expect(discarded).not.toHaveProperty(member);
    expect([isFinalImport(discarded), isClaimable(discarded, 1e9), standingOf(discarded)]).toEqual([
      true,
      false,
      "ended",
    ]);
    // It was no run that ended, well or badly.
    expect(endOf(discarded)).toBeUndefined();
    expect(() => retry(discarded, 10)).toThrow(conflict);
    expect(discard(discarded, { ...byOperator, reason: "Again." })).toBe(discarded);
  });

  test.each<readonly [string, InboundMessage]>([
    ["a worker has", taken],
    ["is being processed", processing],
    ["was processed", finishImport(processing, "Processed", 3)],
    ["was processed with errors", finishImport(processing, "ProcessedWithErrors", 3)],
  ])("is none that %s", (_what, message) => {
    expect(() => discard(message, byOperator)).toThrow(conflict);
  });

  test("tells what its attempts have stored all the same", () => {
    expect(discard(returnToBacklog(processing, 3, "e"), byOperator, "Two are stored.").lastError).toBe(
      "Two are stored.",
    );
    expect(discard(failed, byOperator).lastError).toBe("e");
  });

  const withErrors = finishImport(processing, "ProcessedWithErrors", 3);
  test.each<readonly [string, string, InboundMessage]>([
    ["PreProcessingError", "was never begun", waiting],
    ["PreProcessingError", "was refused", refused],
    ["PreProcessingError", "did not come to its records", returnToBacklog(taken, 3, "e")],
    ["PostProcessingError", "came to its records", returnToBacklog(processing, 3, "e")],
    ["PostProcessingError", "failed", failed],
    ["PostProcessingError", "failed, and waits for another run", retry(failed, 4)],
    ["ProcessedWithErrors", "ended with errors, and waits for another run", retry(withErrors, 4)],
    [
      "PostProcessingError",
      "runs again",
      returnToBacklog(startProcessing(claim(retry(withErrors, 4), 5, 1, "x2"), 6), 7, "e"),
    ],
  ])("reads to clients as %s when it %s", (state, _what, message) => {
    expect(clientState(discard(message, byOperator))).toBe(state);
  });

  test("is the only one that clients have another word for", () => {
    expect(clientState(processing)).toBe("Processing");
  });
});

describe("an export that is discarded", () => {
  test.each<readonly [string, OutboundMessage]>([
    ["has just begun", begun],
    ["a worker left behind", { ...exporting, lease: { fence: 1, until: 5 } }],
    ["is offered", offered],
    ["a client has", delivered],
    ["was downloaded and not acknowledged", download(delivered, "c1", 5)],
    ["failed", failExport(exporting, 3, "e")],
    ["is parked", parkExport({ ...exporting, lastError: "e" }, 4, "r")],
  ])("says by whom, when and why, and is final: one that %s", (_what, message) => {
    const discarded = discardExport(message, byOperator);

    expect(discarded).toMatchObject({ state: "Discarded", discarded: byOperator });
    expect([isFinalExport(discarded), isOffered(discarded), standingOf(discarded)]).toEqual([true, false, "ended"]);
    expect(discarded.parked).toBeUndefined();
    expect(endOf(discarded)).toBeUndefined();
    expect(() => retryExport(discarded, 10)).toThrow(conflict);
    expect(() => dequeue(discarded, delivery)).toThrow(conflict);
    expect(discardExport(discarded, { ...byOperator, reason: "Again." })).toBe(discarded);
  });

  test.each<readonly [string, OutboundMessage]>([
    ["is being exported", exporting],
    ["made no file", finishWithoutFile(exporting, 3)],
    ["was acknowledged", acked],
  ])("is none that %s", (_what, message) => {
    expect(() => discardExport(message, byOperator)).toThrow(conflict);
  });

  test("is neither downloaded nor acknowledged by who had it, and both are told why", () => {
    const discarded = discardExport(delivered, byOperator);

    expect(() => acknowledge(discarded, "c1", "p1", 10)).toThrow(
      "Message e1 was discarded by an operator: nothing was acknowledged.",
    );
    expect(() => acknowledge(discarded, "c1", "p1", 10)).toThrow(conflict);
    expect(() => download(discarded, "c1", 10)).toThrow("Message e1 was discarded by an operator.");
    expect(() => download(discarded, "c9", 10)).toThrow(expect.objectContaining({ code: "notFound" }));
  });
});
