import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { unlistedApplication } from "../../local/issuer/applications.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import { type RawReply, sendRaw } from "../replay/rawRequest.ts";
import { exportJob, exportJobId, importJob, importJobId } from "../support/definitions.ts";
import { eventually, fetchAuthorization, type RunningService } from "../support/runningService.ts";
import { type IdleService, enqueuePath, startIdleService } from "./idleService.ts";

// What no honest client sends, and what a network does to an honest one.

const megabyte = 1024 * 1024;
const bodyMegabytesMax = 64;
const otherExportJobId = "00000000-0000-4000-8000-000000000004";
const csv = "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n";

let idle: IdleService;
let service: RunningService;
let authorization: string;
let ports: StoragePorts;

beforeAll(async () => {
  const settings = {
    MaxBodyMegabytes: String(bodyMegabytesMax),
    MaxRequestsInProgress: "3",
    MaxRequestsPerApplication: "2",
    ReservedForManagement: "0",
  };
  idle = await startIdleService(settings, [
    importJob,
    { ...exportJob, preventUploadAtZeroRecords: false },
    { ...exportJob, activityId: otherExportJobId, name: "Other groups out" },
  ]);
  ({ service, authorization, ports } = idle);
});

afterEach(() => idle.closeSockets());

afterAll(() => service.stop());

describe("an upload", () => {
  test("that declares more than the limit is refused, and by the service itself", async () => {
    const body = Buffer.alloc((bodyMegabytesMax + 1) * megabyte, csv);
    const reply = await send("POST", enqueuePath, { Authorization: authorization }, body);

    expect(reply.status).toBe(413);
    expect(reply.headers["x-error"]).toContain(`larger than ${bodyMegabytesMax} MB`);
    await expectNothingLeft();
  });

  test("that passes the limit without saying so is refused and leaves nothing", async () => {
    const upload = await openUpload();
    const chunk = Buffer.alloc(megabyte, csv);
    for (let sent = 0; sent <= bodyMegabytesMax && upload.isOpen(); sent += 1) await upload.sendChunk(chunk);

    expect(await upload.answer).toMatch(/^HTTP\/1\.1 413 /);
    upload.socket.destroy();
    await expectNothingLeft();
  });

  test("whose client leaves in its middle leaves nothing, and is no failure of the service", async () => {
    const upload = await openUpload();
    await upload.sendChunk(Buffer.alloc(25 * megabyte, csv));
    await eventually("the first block", async () => (await idle.payloadNames()).length > 0 || undefined);

    upload.socket.destroy();

    await expectNothingLeft();
    await eventually(
      "the request's end",
      async () => /"request\.refused".*"status":400/.test(service.output()) || undefined,
    );
    expect(service.output()).not.toContain("request.failed");
  });

  test("that ends before the length it declared is no message", async () => {
    const upload = await openUpload("Content-Length: 1000");
    await upload.send(csv);

    upload.socket.end();

    expect(await upload.answer).not.toMatch(/^HTTP\/1\.1 2/);
    await expectNothingLeft();
  });

  test("of 60 MB gets its refusal, whether the caller is unknown or not on the list", async () => {
    const body = Buffer.alloc(60 * megabyte, csv);
    const stranger = await fetchAuthorization(service, unlistedApplication);

    expect((await send("POST", enqueuePath, {}, body)).status).toBe(401);
    expect((await send("POST", enqueuePath, { Authorization: stranger }, body)).status).toBe(403);
    await expectNothingLeft();
  });

  test("waits for nobody when its application has its limit: 429 before its body, with whole seconds", async () => {
    const held: OpenUpload[] = [];
    const full = await eventually("the limit", async () => {
      // The end of an earlier request may still have its place, and then one of these is refused.
      if (held.filter((upload) => upload.isOpen()).length < 2) held.push(await holdUpload());
      const reply = await send("GET", `/api/connector/dequeue/${exportJobId}`, { Authorization: authorization });
      return reply.status === 429 ? reply : undefined;
    });
    const third = await openUpload();

    expect(await third.answer).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: \d+\r\n/i);
    expect(full.headers["retry-after"]).toMatch(/^\d+$/);
    expect((await send("GET", "/healthz")).status).toBe(200);
    expect(await send("HEAD", "/healthz/ready")).toMatchObject({ status: 200 });

    for (const { socket } of [...held, third]) socket.destroy();
    await eventually("room again", async () => {
      const reply = await send("GET", `/api/connector/dequeue/${exportJobId}`, { Authorization: authorization });
      return reply.status === 204 || undefined;
    });
    await expectNothingLeft();
  });
});

describe("the name of a file", () => {
  test.each([
    ["a path", "../../inbound/x", "../../inbound/x"],
    ["8 KB", "x".repeat(8_192), "x".repeat(1_024)],
    ["an emoji, percent-encoded", encodeURIComponent("😀 1.csv"), "😀 1.csv"],
    ["an umlaut as in RFC 8187", "UTF-8''M%C3%BCller.csv", "Müller.csv"],
    ["escapes of a line break", "a%0d%0ax-evil: 1", "a%0d%0ax-evil: 1"],
  ])("may be %s, and is never more than a name", async (_, name, kept) => {
    const reply = await enqueue({ "x-ms-dyn-externalidentifier": name });

    expect(reply.status).toBe(200);
    const id: string = JSON.parse(reply.body);
    const status = await send("GET", `/api/connector/jobstatus/${importJobId}?jobId=${id}`, {
      Authorization: authorization,
    });
    expect(JSON.parse(status.body).DataJobStatus.ExternalIdentifier).toBe(kept);
    expect(await idle.payloadNames()).toContain(id);
    expect(JSON.stringify(status.headers)).not.toContain("x-evil");
    await forget(id);
  });
});

describe("a request that the host cannot hand on", () => {
  const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

  test.concurrent.each([
    ["GET", "/healthz", { "x-a": utf8("€") }],
    ["POST", enqueuePath, { "x-ms-dyn-externalidentifier": utf8("Müller.csv") }],
    ["GET", "/manage/api/jobs", { "x-b": utf8("ü"), "x-c": utf8("ö") }],
  ])("%s %s ends by itself with 400, and nothing waits behind it", async (method, target, headers) => {
    const startedAt = performance.now();
    const body = method === "POST" ? Buffer.from(csv) : undefined;
    const reply = await send(method, target, { Authorization: authorization, ...headers }, body);

    expect(reply.status).toBe(400);
    expect(reply.headers["x-error"]).toContain("percent-encoded");
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect((await send("GET", "/healthz")).status).toBe(200);
  });

  test("with a header that is no text at all is refused at once", async () => {
    expect((await send("GET", "/healthz", { "x-a": "\u00fc" })).status).toBe(400);
  });

  test.each(["Headers=%5B1%5D", "headers=1", "HEADERS=%7B%22authorization%22%3A%22Bearer%20x%22%7D", "Query=1"])(
    "takes nothing from a query of %s",
    async (query) => {
      expect((await send("GET", `/healthz?${query}`)).status).toBe(200);
      const own = { Authorization: authorization };
      expect((await send("GET", `/api/connector/dequeue/${exportJobId}?${query}`, own)).status).toBe(204);
      expect((await send("GET", `/api/connector/dequeue/${exportJobId}?${query}`)).status).toBe(401);
    },
  );

  test("takes its parameters from the address alone, whatever query and body call so", async () => {
    const target = `/api/connector/dequeue/${exportJobId}?ACTIVITYID=${importJobId}`;
    expect((await send("GET", target, { Authorization: authorization })).status).toBe(204);
    const members = { CorrelationId: crypto.randomUUID(), PopReceipt: "x", Headers: [1], ActivityId: "x" };
    const ack = await send(
      "POST",
      `/api/connector/ack/${exportJobId}`,
      { Authorization: authorization },
      JSON.stringify(members),
    );
    expect(ack.status).toBe(404);
    expect((await send("GET", "/?ignored=x")).status).toBe(200);
  });

  test.each(["a b", "a/b", "[", "%", ""])("ends with 400 or an answer when the host is called %j", async (host) => {
    const reply = await send("GET", "/healthz", { "x-forwarded-host": host });

    expect([200, 400]).toContain(reply.status);
  });
});

describe("an address", () => {
  test.each([
    `/api/connector/%2e%2e/connector/dequeue/${exportJobId}`,
    `/api/connector/../connector/dequeue/${exportJobId}`,
    `//api/connector/dequeue/${exportJobId}`,
    `/API/Connector/DEQUEUE/${exportJobId}/`,
    `/api/connector/dequeue/%252e%252e%252f${exportJobId}`,
    `/api/connector/dequeue/${exportJobId}%00`,
    `/api/connector/dequeue/${exportJobId}%2f..%2f..%2fhealthz`,
    `/manage/api/openapi.json/../jobs`,
    `/manage/api/%6aobs`,
    `/healthz/../manage/api/jobs`,
    "/api/connector/dequeue/%",
    `http://elsewhere.example/api/connector/dequeue/${exportJobId}`,
  ])("%s opens nothing without a token", async (target) => {
    const { status } = await send("GET", target);

    expect([400, 401, 404]).toContain(status);
  });

  test.each(["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])(
    "takes no %s where clients enqueue, and says what it takes",
    async (method) => {
      const reply = await send(method, enqueuePath, { Authorization: authorization });

      expect(reply).toMatchObject({ status: 405, headers: { allow: "POST, GET" } });
      expect(reply.headers["x-error"]).toContain(`${method} is not served`);
    },
  );

  test("that is none has a problem for its answer, whoever asks and however much they send", async () => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const body = method === "GET" ? undefined : "x".repeat(100_000);
      const reply = await send(method, "/api/conector/enqueue/1", {}, body);

      expect(reply).toMatchObject({
        status: 404,
        headers: { "content-type": "application/problem+json; charset=utf-8" },
      });
      expect(JSON.parse(reply.body)).toMatchObject({ status: 404, detail: expect.stringContaining("/api/connector/") });
    }
  });

  test.each([
    ["GET", `//api/connector/dequeue/${exportJobId}`, 204],
    ["GET", `/en//api//connector/dequeue/${exportJobId}//`, 204],
    ["POST", `//api/connector/enqueue/${importJobId}?entity=Customer+groups`, 200],
    ["POST", `//api/connector/enqueue/${importJobId}?entity=//`, 400],
    ["GET", "//", 200],
    ["GET", "//manage/api/jobs", 403],
    ["GET", "//manage//api/openapi.json", 200],
    ["PATCH", "//api/connector/enqueue/1", 405],
    ["GET", "//nowhere", 404],
  ])("%s %s counts a doubled slash as one: %i", async (method, target, status) => {
    const body = method === "POST" ? "CustomerGroupId\r\n10\r\n" : undefined;

    expect((await send(method, target, { Authorization: authorization }, body)).status).toBe(status);
  });

  test.each(["a:80@x", "a/b", "a?b", "a#b", "a@b", "[::1", "a\\b"])(
    "of a host called %s is no address, wherever it leads",
    async (host) => {
      for (const target of ["/healthz", "/manage/api/openapi.json", "/nowhere", "//healthz"]) {
        const reply = await send("GET", target, { Host: host });

        expect([host, target, reply.status]).toEqual([host, target, 400]);
      }
    },
  );

  test("counts the first of two Authorization headers", async () => {
    const upload = await openUpload("Content-Length: 0", [
      "Authorization: Bearer no",
      `Authorization: ${authorization}`,
    ]);

    expect(await upload.answer).toMatch(/^HTTP\/1\.1 401 /);
    upload.socket.destroy();
  });

  test("with more parameters than anybody needs is refused", async () => {
    const query = Array.from({ length: 65 }, (_, at) => `a${at}=1`).join("&");

    const reply = await send("GET", `/api/connector/jobstatus/${importJobId}?${query}`, {
      Authorization: authorization,
    });

    expect(reply.status).toBe(400);
  });
});

describe("a JSON body", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

  test.each([
    ["nests 30,000 deep", nested(30_000)],
    ["nests objects deep", '{"CorrelationId":'.repeat(3_000)],
    ["has members of Object's prototype", '{"__proto__":{"CorrelationId":"x"},"constructor":{"prototype":{"x":1}}}'],
  ])("of an ack that %s acknowledges nothing", async (_, body) => {
    const reply = await send("POST", `/api/connector/ack/${exportJobId}`, { Authorization: authorization }, body);

    expect(reply.status).toBe(400);
  });

  test.each([
    ["nests 400,000 deep", nested(400_000)],
    ["has members of Object's prototype", '{"name":"X","__proto__":{"isAdmin":true}}'],
    ["is larger than 1 MB", `"${"x".repeat(1_100_000)}"`],
  ])("of a definition that %s is refused", async (_, body) => {
    const manager = { headers: { "content-type": "application/json" }, body, expected: [400, 413] };

    const reply = await service.manager.send("PUT", "/manage/api/entities/X", manager);

    expect(await reply.text()).not.toMatch(/\bat .*:\d+:\d+/);
  });
});

describe("the ids of a delivery", () => {
  test("count for their own job alone", async () => {
    await (await service.manager.send("POST", `/manage/api/jobs/${exportJobId}/run`, { expected: [202] })).text();
    const delivery = await eventually("the package", async () => {
      const reply = await send("GET", `/api/connector/dequeue/${exportJobId}`, { Authorization: authorization });
      return reply.status === 200 ? reply : undefined;
    });
    const { DownloadLocation } = JSON.parse(delivery.body);
    const own = new URL(DownloadLocation);
    const ofOther = `${own.pathname}${own.search}`.replace(exportJobId, otherExportJobId);

    const download = await send("GET", ofOther, { Authorization: authorization });
    const ack = await send(
      "POST",
      `/api/connector/ack/${otherExportJobId}`,
      { Authorization: authorization },
      delivery.body,
    );

    expect([download.status, ack.status]).toEqual([404, 404]);
    for (const id of own.searchParams.values()) {
      expect(JSON.stringify([download.headers, download.body, ack.headers, ack.body])).not.toContain(id);
    }
    expect((await send("GET", `${own.pathname}${own.search}`, { Authorization: authorization })).status).toBe(200);
  });
});

function send(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): Promise<RawReply> {
  return sendRaw(service.baseUrl, method, target, headers, body);
}

// As bytes: Node would send the headers in the encoding of a text.
const enqueue = (headers: Readonly<Record<string, string>>): Promise<RawReply> =>
  send("POST", enqueuePath, { Authorization: authorization, ...headers }, Buffer.from(csv));

interface OpenUpload {
  readonly socket: Socket;
  readonly isOpen: () => boolean;
  readonly send: (bytes: string | Uint8Array) => Promise<void>;
  readonly sendChunk: (bytes: string | Uint8Array) => Promise<void>;
  /** The first bytes that the service answers. */
  readonly answer: Promise<string>;
}

/** Sends the head of an enqueue, and leaves its body to the test. */
async function openUpload(
  length = "Transfer-Encoding: chunked",
  tokens = [`Authorization: ${authorization}`],
): Promise<OpenUpload> {
  const { host } = new URL(service.baseUrl);
  const socket = await idle.openSocket();
  const answer = new Promise<string>((resolve) => {
    socket.once("data", (bytes: Buffer) => resolve(bytes.toString("latin1")));
    socket.once("close", () => resolve("closed without an answer"));
  });
  let isAnswered = false;
  void answer.then(() => (isAnswered = true));
  socket.write(`${[`POST ${enqueuePath} HTTP/1.1`, `Host: ${host}`, ...tokens, length].join("\r\n")}\r\n\r\n`);
  const sendBytes = (bytes: string | Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      socket.once("close", () => resolve());
      socket.write(bytes, () => resolve());
    });
  const sendChunk = async (bytes: string | Uint8Array): Promise<void> => {
    await sendBytes(`${bytes.length.toString(16)}\r\n`);
    await sendBytes(bytes);
    await sendBytes("\r\n");
  };
  return { socket, answer, isOpen: () => socket.writable && !isAnswered, send: sendBytes, sendChunk };
}

async function holdUpload(): Promise<OpenUpload> {
  const upload = await openUpload();
  await upload.sendChunk(csv);
  return upload;
}

/** Payloads, also those whose blocks were sent and never became a blob. */
async function expectNothingLeft(): Promise<void> {
  await eventually("an empty container", async () => (await idle.payloadNames()).length === 0 || undefined);
  const { items } = await ports.messages.list(importJobId, { limit: 10 });
  expect(items).toEqual([]);
}

async function forget(messageId: string): Promise<void> {
  const stored = await ports.messages.find(importJobId, messageId);
  if (stored) await ports.messages.remove(stored);
  await ports.files.remove("inbound", messageId);
}
