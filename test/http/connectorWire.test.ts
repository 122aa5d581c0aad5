import { describe, expect, test } from "vitest";
import { newEntityExecution, type EntityExecution } from "../../shared/domain/execution.ts";
import type { MessageState } from "../../shared/domain/message.ts";
import {
  readAck,
  toAckReply,
  toDequeueReply,
  toDownloadUrl,
  toEnqueueReply,
  toJobStatusReply,
  toNothingReply,
  toZeroActivityReply,
  type JobStatus,
} from "../../shared/http/connectorWire.ts";

const messageId = "7d0d4a5e-2b7b-4d52-8b2e-9a4f0f6f1c22";
const correlationId = "5b0c3f0e-6c1e-4a45-9a57-0d5c6c1f9a01";
const popReceipt = "AgAAAAMAAAAAAAAAs2x0bXk=";
const downloadUrl = toDownloadUrl(
  "https://demo.example",
  "0f2f4f6e-1111-4222-8333-444455556666",
  correlationId,
  "9f7d2a10-aaaa-4bbb-8ccc-ddddeeeeffff",
);
const startedAt = Date.UTC(2026, 10, 21, 18, 30, 0, 250);
const completedAt = Date.UTC(2026, 10, 21, 18, 30, 4, 999);
const json = { "content-type": "application/json; charset=utf-8" };

// The three bodies as the original sends them, byte for byte.
const enqueueSample = `"${messageId}"`;
const dequeueSample =
  '{"CorrelationId":"5b0c3f0e-6c1e-4a45-9a57-0d5c6c1f9a01","PopReceipt":"AgAAAAMAAAAAAAAAs2x0bXk=","DownloadLocation":"https://demo.example/api/connector/download/0f2f4f6e-1111-4222-8333-444455556666?correlation-id=5b0c3f0e-6c1e-4a45-9a57-0d5c6c1f9a01&blob=9f7d2a10-aaaa-4bbb-8ccc-ddddeeeeffff","IsDownLoadFileExist":true,"FileDownLoadErrorMessage":null,"LastDequeueDateTime":null}';
const jobStatusSample =
  '{"DataJobStatus":{"DataProject":"Widget import","DataJobIdentifier":"7d0d4a5e-2b7b-4d52-8b2e-9a4f0f6f1c22","ExternalIdentifier":"widgets-0001.csv","ExecutionIdentifier":"c1a7e1f2-5d0e-4c8e-9b62-0f6f3d1c7a10","DataJobStartedDateTime":"2026-11-21T18:30:00","DataJobCompletedDateTime":"2026-11-21T18:30:04","DataJobState":6},"ExecutionLog":"1 record rejected","ExecutionDetail":[{"EntityName":"Widgets","Company":"USMF","StagingRecords":2,"StagingStatus":4,"StagingErrorCount":0,"TargetRecords":1,"TargetStatus":3,"TargetErrorCount":1,"ExecutionStartedDateTime":"2026-11-21T18:30:00","ExecutionCompletedDateTime":"2026-11-21T18:30:04"}]}';

const notRun = newEntityExecution({ entity: "Widgets", format: "CSV", fileName: "Widgets.csv", company: "USMF" });
const rejectedOne: EntityExecution = {
  ...notRun,
  status: "finished",
  rowsRead: 2,
  created: 1,
  failed: 1,
  startedAt,
  finishedAt: completedAt,
};
const waiting: JobStatus = { messageId, state: "Enqueued", project: "Widget import", log: "", entities: [] };

function statusBody(status: JobStatus): { DataJobStatus: object; ExecutionDetail: readonly object[] } {
  return JSON.parse(String(toJobStatusReply(status).body as string)) as ReturnType<typeof statusBody>;
}

describe("the reply to enqueue", () => {
  test("is 200 and the message id as a JSON string", () => {
    expect(toEnqueueReply(messageId)).toEqual({ status: 200, headers: json, body: enqueueSample });
  });
});

describe("the reply to dequeue", () => {
  test("is 200 with the members of the original in their order", () => {
    expect(toDequeueReply({ correlationId, popReceipt, downloadUrl })).toEqual({
      status: 200,
      headers: json,
      body: dequeueSample,
    });
  });

  test("names the dequeue before, in UTC and whole seconds", () => {
    const reply = toDequeueReply({ correlationId, popReceipt, downloadUrl, lastDequeuedAt: completedAt });

    expect(reply.body).toBe(dequeueSample.replace(/null}$/, '"2026-11-21T18:30:04"}'));
  });

  test("is 204 without a body when there is nothing", () => {
    expect(toNothingReply()).toEqual({ status: 204 });
  });

  test("for the all-zero job is a 500 that says why", () => {
    const reply = toZeroActivityReply("dddddddd-0000-4000-8000-000000000004");

    expect(reply.status).toBe(500);
    expect(reply.body).toContain("all-zero activity id");
  });
});

describe("an acknowledgement", () => {
  const receipt = { correlationId, popReceipt };

  for (const [what, body] of [
    ["the whole dequeue body", dequeueSample],
    [
      "what RIS sends, with another DownloadLocation",
      JSON.stringify({ ...ris(), DownloadLocation: "https://localhost/x" }),
    ],
    ["two members in another case", JSON.stringify({ correlationid: correlationId, POPRECEIPT: popReceipt })],
    ["an id in braces and upper case", JSON.stringify({ ...ris(), CorrelationId: `{${correlationId.toUpperCase()}}` })],
    ["single quotes", `{'CorrelationId':'${correlationId}','PopReceipt':'${popReceipt}'}`],
    ["null and unknown members", JSON.stringify({ ...ris(), DownloadLocation: null, Extra: { a: [1] } })],
  ] as const) {
    test(`may be ${what}`, () => {
      expect(readAck(Buffer.from(body))).toEqual(receipt);
    });
  }

  for (const [what, body] of [
    ["nothing", ""],
    ["the message id, as enqueue answered it", enqueueSample],
    ["a list", `[${dequeueSample}]`],
    ["no JSON", "CorrelationId=x&PopReceipt=y"],
    ["no PopReceipt", JSON.stringify({ CorrelationId: correlationId })],
    ["what a client makes up", JSON.stringify({ messageId, status: "Processed" })],
    ["no CorrelationId", JSON.stringify({ PopReceipt: popReceipt })],
    ["empty members", JSON.stringify({ CorrelationId: "", PopReceipt: "" })],
    ["members that are no texts", JSON.stringify({ CorrelationId: { a: 1 }, PopReceipt: 5 })],
    ["members hidden in __proto__", JSON.stringify({}).replace("{", `{"__proto__":${dequeueSample}`)],
    ["a receipt of 5,000 characters", JSON.stringify({ ...ris(), PopReceipt: "x".repeat(5_000) })],
  ] as const) {
    test(`is not ${what}`, () => {
      expect(() => readAck(Buffer.from(body))).toThrow(
        expect.objectContaining({
          code: "invalid",
          message:
            "Nothing was acknowledged: send the body of the dequeue response, at least CorrelationId and PopReceipt.",
        }),
      );
    });
  }

  test("of a CorrelationId that can be none is of an unknown delivery", () => {
    expect(() => readAck(Buffer.from(JSON.stringify({ ...ris(), CorrelationId: "../x" })))).toThrow(
      expect.objectContaining({ code: "notFound" }),
    );
  });

  test("is answered 200", () => {
    expect(toAckReply()).toEqual({ status: 200 });
  });

  function ris(): Readonly<Record<string, string>> {
    return { CorrelationId: correlationId, PopReceipt: popReceipt };
  }
});

describe("the reply to jobstatus", () => {
  test("is byte for byte that of the original", () => {
    const reply = toJobStatusReply({
      messageId,
      state: "ProcessedWithErrors",
      project: "Widget import",
      externalIdentifier: "widgets-0001.csv",
      executionId: "c1a7e1f2-5d0e-4c8e-9b62-0f6f3d1c7a10",
      startedAt,
      completedAt,
      log: "1 record rejected",
      entities: [rejectedOne],
    });

    expect(reply).toEqual({ status: 200, headers: json, body: jobStatusSample });
  });

  test("holds no null, whatever is not known yet", () => {
    const reply = toJobStatusReply({ ...waiting, entities: [notRun] });

    expect(reply.body).not.toContain("null");
    expect(statusBody(waiting).DataJobStatus).toMatchObject({
      ExternalIdentifier: "",
      ExecutionIdentifier: "",
      DataJobStartedDateTime: "0001-01-01T00:00:00",
      DataJobCompletedDateTime: "0001-01-01T00:00:00",
    });
    expect(statusBody({ ...waiting, entities: [notRun] }).ExecutionDetail).toMatchObject([
      { ExecutionStartedDateTime: "0001-01-01T00:00:00", ExecutionCompletedDateTime: "0001-01-01T00:00:00" },
    ]);
    expect(statusBody(waiting).ExecutionDetail).toEqual([]);
  });

  const states: Readonly<Record<Exclude<MessageState, "Discarded">, number>> = {
    Enqueued: 0,
    Dequeued: 1,
    Downloaded: 2,
    Acked: 3,
    PreProcessing: 4,
    Processing: 4,
    Processed: 5,
    ProcessedWithErrors: 6,
    PostProcessingError: 7,
    PreProcessingError: 8,
  };

  for (const [state, number] of Object.entries(states)) {
    test(`gives ${state} the number ${number} that RIS knows`, () => {
      expect(statusBody({ ...waiting, state: state as keyof typeof states }).DataJobStatus).toMatchObject({
        DataJobState: number,
      });
    });
  }

  for (const [what, entity, staging, target] of [
    ["has not begun", notRun, 0, 0],
    ["runs", { ...notRun, status: "executing", rowsRead: 5 }, 2, 0],
    ["ended well", { ...rejectedOne, failed: 0, rowsRead: 1 }, 4, 4],
    ["rejected records", rejectedOne, 4, 3],
    ["could not be read", { ...notRun, status: "error" }, 3, 6],
    ["broke off on the way", { ...notRun, status: "error", rowsRead: 5 }, 4, 3],
    ["was left out", { ...notRun, status: "notRun" }, 6, 6],
  ] as const) {
    test(`of an entity that ${what} has the statuses ${staging} and ${target}`, () => {
      const [detail] = statusBody({ ...waiting, entities: [entity] }).ExecutionDetail;

      expect(detail).toMatchObject({ StagingStatus: staging, TargetStatus: target });
    });
  }

  test("counts what an export wrote, and never past 32 bits", () => {
    const exported: EntityExecution = { ...notRun, status: "finished", exported: 7 };
    const huge: EntityExecution = { ...notRun, status: "finished", rowsRead: 3_000_000_000, updated: 3_000_000_000 };

    expect(statusBody({ ...waiting, entities: [exported, huge] }).ExecutionDetail).toMatchObject([
      { StagingRecords: 7, TargetRecords: 7, TargetErrorCount: 0 },
      { StagingRecords: 2_147_483_647, TargetRecords: 2_147_483_647 },
    ]);
  });
});
