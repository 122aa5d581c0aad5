import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { importJob, exportJob, packageJob, seed } from "../support/definitions.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { manifestOf, packageOf } from "../usecases/world.ts";
import { sendRaw } from "./rawRequest.ts";

// Requests to the letter as the article prints them and as the known clients send them, against the running service.

const importId = "6d31e09f-0249-459f-94f0-aad9c2c47b64";
const exportId = "c03bb937-09ed-46de-86ee-4520d7d7e373";
const csv = "CUSTOMERGROUPID,DESCRIPTION\r\n10,Wholesale\r\n20,Retail\r\n";

const jsonType = "application/json; charset=utf-8";

let service: RunningService;
let authorization: string;

beforeAll(async () => {
  service = await startService();
  const ports = storagePorts(azureGround({ connectionString: service.connectionString }));
  await seed(ports as Parameters<typeof seed>[0], [
    { ...importJob, activityId: importId },
    packageJob,
    { ...exportJob, activityId: exportId },
  ]);
  authorization = await bearer("00000000-0000-4000-8000-0000000000c1");
});

afterAll(() => service.stop());

async function bearer(clientId: string): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: "local-development",
    scope: `${service.baseUrl}/.default`,
  };
  const answer = await readJson<{ access_token: string }>(
    await fetch(service.tokenUrl, { method: "POST", body: new URLSearchParams(form) }),
  );
  return `Bearer ${answer.access_token}`;
}

/** The actions of the package API, called with the headers of a client by the application that is on the jobs' lists. */
function packageApi(clientHeaders: Readonly<Record<string, string>>) {
  const headers = { Authorization: authorization, ...clientHeaders };
  const act = async (action: string, parameters: object | string) => {
    const path = `/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.${action}`;
    const body = typeof parameters === "string" ? parameters : JSON.stringify(parameters);
    const reply = await sendRaw(service.baseUrl, "POST", path, headers, body);
    expect([action, reply.status, reply.body]).toEqual([action, 200, expect.any(String)]);
    return JSON.parse(reply.body).value;
  };
  const ended = (executionId: string) =>
    eventually("the run's end", async () => {
      const status = await act("GetExecutionSummaryStatus", { executionId });
      return ["NotRun", "Executing"].includes(status) ? undefined : status;
    });
  return { act, ended };
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function runNow(activityId: string): Promise<void> {
  await service.manager.send("POST", `/manage/api/jobs/${activityId}/run`, { expected: [202] });
}

describe("the article's example lines", () => {
  test("an enqueue with an upper-case id in braces, a language and Customer%20Groups is accepted", async () => {
    const line = "/en/api/connector/enqueue/%7B6D31E09F-0249-459F-94F0-AAD9C2C47B64%7D?entity=Customer%20Groups";

    const reply = await sendRaw(service.baseUrl, "POST", line, { Authorization: authorization }, csv);

    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/json; charset=utf-8" } });
    expect(JSON.parse(reply.body)).toMatch(guid);
    expect(reply.body).toBe(JSON.stringify(JSON.parse(reply.body)));
  });

  test("a dequeue answers 204 without a body while nothing waits", async () => {
    const line = "/en/api/connector/dequeue/%7BC03BB937-09ED-46DE-86EE-4520D7D7E373%7D";

    const reply = await sendRaw(service.baseUrl, "GET", line, { Authorization: authorization });

    expect(reply).toMatchObject({ status: 204, body: "" });
  });

  test("an ack without a body acknowledges nothing and says what to send", async () => {
    const line = "/en/api/connector/ack/%7BC03BB937-09ED-46DE-86EE-4520D7D7E373%7D";

    const reply = await sendRaw(service.baseUrl, "POST", line, { Authorization: authorization }, "");

    expect(reply.status).toBe(400);
    expect(reply.body).toContain("CorrelationId and PopReceipt");
  });
});

describe("RIS", () => {
  test("drives a file in, a package out, and everything between, with its own spellings", async () => {
    const enqueued = await sendRaw(
      service.baseUrl,
      "POST",
      `/api/connector/enqueue/${importId}?company=USMF&entity=Customer+groups`,
      {
        Authorization: authorization,
        "x-ms-dyn-externalidentifier": "groups {1}.csv",
        "Accept-Encoding": "gzip, deflate",
      },
      csv,
    );
    expect(enqueued.status).toBe(200);
    await runNow(importId);

    // RIS keeps the raw body with its quotes and strips them here only.
    const messageId = enqueued.body.replaceAll('"', "");
    const status = await eventually("the import's end", async () => {
      const reply = await sendRaw(service.baseUrl, "GET", `/api/connector/jobstatus/${importId}?jobId=${messageId}`, {
        Authorization: authorization,
      });
      const found = JSON.parse(reply.body);
      return found.DataJobStatus.DataJobState >= 5 ? found : undefined;
    });
    expect(status).toMatchObject({
      DataJobStatus: { DataJobState: 5, ExternalIdentifier: "groups {1}.csv", DataJobIdentifier: messageId },
      ExecutionDetail: [{ EntityName: "Customer groups", StagingRecords: 2, TargetStatus: 4, Company: "USMF" }],
    });

    await runNow(exportId);
    const delivery = await eventually("the package", async () => {
      const reply = await sendRaw(service.baseUrl, "GET", `/api/connector/dequeue/${exportId}`, {
        Authorization: authorization,
      });
      return reply.status === 200 ? reply : undefined;
    });
    expect(Object.keys(JSON.parse(delivery.body))).toEqual([
      "CorrelationId",
      "PopReceipt",
      "DownloadLocation",
      "IsDownLoadFileExist",
      "FileDownLoadErrorMessage",
      "LastDequeueDateTime",
    ]);
    const { CorrelationId, PopReceipt, DownloadLocation } = JSON.parse(delivery.body);
    const { pathname, search, host } = new URL(DownloadLocation);
    expect(host).toBe(new URL(service.baseUrl).host);

    const file = await sendRaw(service.baseUrl, "GET", `${pathname}${search}`, { Authorization: authorization });
    expect(file).toMatchObject({ status: 200, headers: { "content-type": "application/zip" } });
    expect(file.body.slice(0, 2)).toBe("PK");

    // RIS sends its rewritten address back: https, no port.
    const ack = JSON.stringify({
      CorrelationId,
      PopReceipt,
      DownloadLocation: `https://localhost${pathname}${search}`,
    });
    const headers = {
      Authorization: authorization,
      Accept: "application/json",
      "Content-Type": "application/json; charset=utf-8",
    };
    for (const _repeat of [1, 2]) {
      expect((await sendRaw(service.baseUrl, "POST", `/api/connector/ack/${exportId}`, headers, ack)).status).toBe(200);
    }
    const again = await sendRaw(service.baseUrl, "GET", `/api/connector/dequeue/${exportId}`, {
      Authorization: authorization,
    });
    expect(again.status).toBe(204);
  });

  test("learns what a file lacked by the quoted id of its message, and fetches the rejected rows without a token", async () => {
    const target = `/api/connector/enqueue/${importId}?entity=Customer+groups`;
    const body = "CUSTOMERGROUPID,DESCRIPTION\r\n30,Web\r\nmuch too long for a key,Shop\r\n";
    const enqueued = await sendRaw(service.baseUrl, "POST", target, { Authorization: authorization }, body);
    await runNow(importId);
    const act = async (action: string, parameters: object) => {
      const headers = { Authorization: authorization, Accept: "application/json", "Content-Type": jsonType };
      const path = `/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.${action}`;
      return sendRaw(service.baseUrl, "POST", path, headers, JSON.stringify(parameters));
    };
    await eventually("the import's end", async () => {
      const { value } = JSON.parse((await act("GetExecutionSummaryStatus", { executionId: enqueued.body })).body);
      return value === "PartiallySucceeded" || undefined;
    });

    const errors = await act("GetExecutionErrors", { executionId: enqueued.body });
    const given = { executionId: enqueued.body, entityName: "Customer groups" };
    const generated = await act("GenerateImportTargetErrorKeysFile", given);
    const found = await act("GetImportTargetErrorKeysFileUrl", given);
    const file = await fetch(JSON.parse(found.body).value);

    expect([errors.status, JSON.parse(JSON.parse(errors.body).value)]).toEqual([
      200,
      [{ RecordId: "3", Field: "CUSTOMERGROUPID", ErrorMessage: expect.stringContaining("much too long") }],
    ]);
    expect(JSON.parse(generated.body).value).toBe(true);
    expect([file.status, file.headers.get("content-disposition")]).toEqual([
      200,
      expect.stringContaining('filename="Customer groups failed.csv"'),
    ]);
    expect(await file.text()).toMatch(/^_LINE,.*\r\n3,CUSTOMERGROUPID,.*much too long for a key,Shop\r\n$/s);
  });

  test("brings a package in under an address that it is given, and one out, with no token on the way to storage", async () => {
    const { act, ended } = packageApi({ Accept: "application/json", "Content-Type": jsonType });
    const bytes = await packageOf(manifestOf({ inputFilePath: "Customer groups.csv" }), { "Customer groups.csv": csv });

    const written = await act("GetAzureWriteUrl", { uniqueFileName: "0f8fad5b-d9cb-469f-a165-70867728950e" });
    const { BlobUrl } = JSON.parse(written);
    const { origin, pathname, search } = new URL(BlobUrl);
    const blobHeaders = { "x-ms-date": new Date().toUTCString(), "x-ms-blob-type": "BlockBlob", Overwrite: "T" };
    const put = await sendRaw(origin, "PUT", `${pathname}${search}`, blobHeaders, bytes);
    const executionId = "RIS in-2026-11-26_12-30-00-7e5d3c0a-5e2b-4a39-8f0d-0123456789ab";
    const asked = { packageUrl: BlobUrl, definitionGroupId: "RIS in", executionId };
    const accepted = await act("ImportFromPackage", {
      ...asked,
      execute: true,
      overwrite: true,
      legalEntityId: "USMF",
    });
    expect([put.status, accepted, await ended(accepted)]).toEqual([201, executionId, "Succeeded"]);

    const id = "RIS out-2026-11-26_12-31-00-7e5d3c0a-5e2b-4a39-8f0d-0123456789ab";
    const names = { definitionGroupId: exportJob.project, packageName: id, executionId: id };
    await act("ExportToPackage", { ...names, reExecute: false, legalEntityId: "USMF" });
    expect(await ended(id)).toBe("Succeeded");
    const fetched = await fetch(await act("GetExportedPackageUrl", { executionId: id }));
    const exported = Buffer.from(await fetched.arrayBuffer());
    expect([fetched.status, exported.subarray(0, 2).toString()]).toEqual([200, "PK"]);
  });

  test("reads 500 on the all-zero id as success, and only when its application is on a list", async () => {
    const line = "/api/connector/dequeue/00000000-0000-0000-0000-000000000000";
    const stranger = await bearer("00000000-0000-4000-8000-0000000000c2");

    expect((await sendRaw(service.baseUrl, "GET", "/")).status).toBe(200);
    expect((await sendRaw(service.baseUrl, "GET", line, { Authorization: authorization })).status).toBe(500);
    expect((await sendRaw(service.baseUrl, "GET", line, { Authorization: stranger })).status).toBe(403);
  });
});

describe("Logic Apps", () => {
  const ofWorkflow = {
    "User-Agent": "azure-logic-apps/1.0 (workflow 0f3c; version 08584)",
    "x-ms-client-tracking-id": "08584512345678901234567890123CU00",
  };

  test("bring a package in as their template does, with a type and an old version at storage and no execution id", async () => {
    const { act, ended } = packageApi({ ...ofWorkflow, "Content-Type": "application/json" });
    const bytes = await packageOf(manifestOf({ inputFilePath: "Customer groups.csv" }), { "Customer groups.csv": csv });

    const { BlobUrl } = JSON.parse(await act("GetAzureWriteUrl", { uniqueFileName: "groups.csv_6d31e09f.zip" }));
    const { origin, pathname, search } = new URL(BlobUrl);
    const type = { "Content-Type": "application/octet-stream", "x-ms-blob-type": "BlockBlob" };
    const dated = { ...ofWorkflow, ...type, "x-ms-version": "2015-02-21", "x-ms-date": new Date().toUTCString() };
    const put = await sendRaw(origin, "PUT", `${pathname}${search}`, dated, bytes);
    const asked = { packageUrl: BlobUrl, definitionGroupId: "By a workflow", execute: true, overwrite: true };
    const executionId = await act("ImportFromPackage", { ...asked, legalEntityId: "USMF" });

    expect([put.status, await ended(executionId)]).toEqual([201, "Succeeded"]);
  });

  test("are told which setting to turn off before they send a file in pieces", async () => {
    const target = `/api/connector/enqueue/${importId}?entity=Customer%20groups`;
    const pieces = { "x-ms-transfer-mode": "chunked", "x-ms-content-length": "200000000" };

    const reply = await sendRaw(service.baseUrl, "POST", target, { Authorization: authorization, ...pieces }, "");

    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("Allow chunking")]);
  });
});

describe("the PowerShell module", () => {
  test("waits for a message of its job by JSON in single quotes", async () => {
    const { act } = packageApi({ "Content-Type": "application/json", "User-Agent": "Mozilla/5.0 PowerShell/7.6.9" });
    const target = `/api/connector/enqueue/${importId}?entity=Customer%20groups`;
    const enqueued = await sendRaw(service.baseUrl, "POST", target, { Authorization: authorization }, csv);
    await runNow(importId);

    const status = await eventually("the message's end", async () => {
      const value = await act("GetMessageStatus", `{'messageId':'${JSON.parse(enqueued.body)}'}`);
      return ["Processed", "ProcessedWithErrors", "PreProcessingError"].includes(value) ? value : undefined;
    });

    expect(status).toBe("Processed");
    expect(await act("GetExecutionErrors", `{'executionId':'${JSON.parse(enqueued.body)}'}`)).toBe("[]");
  });
});

describe("an enqueue", () => {
  const enqueue = (target: string, headers: Record<string, string>, body: string | Uint8Array) =>
    sendRaw(service.baseUrl, "POST", target, { Authorization: authorization, ...headers }, body);
  const path = `/api/connector/enqueue/${importId}?entity=CustCustomerGroupEntity`;

  test("with one key and one body is one message, and another body is refused", async () => {
    const first = await enqueue(path, { "Idempotency-Key": "k-1" }, csv);
    const second = await enqueue(path, { "Idempotency-Key": "k-1" }, csv);
    const other = await enqueue(path, { "Idempotency-Key": "k-1" }, `${csv}30,Other\r\n`);

    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(other.status).toBe(422);
  });

  test.each([
    ["an empty body", path, "", 400],
    ["a zip on a file job", path, Buffer.from([0x50, 0x4b, 3, 4, 20, 0]), 400],
    ["an unknown entity", `/api/connector/enqueue/${importId}?entity=Vendors`, csv, 400],
    ["an id that is no GUID", "/api/connector/enqueue/abc?entity=Customer%20groups", csv, 400],
    ["an unknown id", `/api/connector/enqueue/00000000-0000-4000-8000-00000000dead?entity=Customer%20groups`, csv, 403],
    ["an export job", `/api/connector/enqueue/${exportId}?entity=Customer%20groups`, csv, 400],
    [
      "a cut zip on a package job",
      `/api/connector/enqueue/${packageJob.activityId}`,
      Buffer.from([0x50, 0x4b, 3, 4, 20, 0]),
      400,
    ],
  ])("refuses %s", async (_what, target, body, status) => {
    const reply = await enqueue(target, {}, body);

    expect(reply).toMatchObject({ status, headers: { "content-type": "application/problem+json; charset=utf-8" } });
    expect(reply.headers["x-error"]).not.toBe("");
  });

  test("answers an unlisted application and an unknown job with the same bytes", async () => {
    const stranger = await bearer("00000000-0000-4000-8000-0000000000c2");
    const unlisted = await enqueue(path, { Authorization: stranger }, csv);
    const unknown = await enqueue(
      "/api/connector/enqueue/00000000-0000-4000-8000-00000000dead",
      { Authorization: stranger },
      csv,
    );

    expect(unlisted).toMatchObject({ status: 403, body: unknown.body });
  });
});
