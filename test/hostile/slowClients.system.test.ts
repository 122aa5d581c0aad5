import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { unlistedApplication } from "../../local/issuer/applications.ts";
import { dequeue, newExport } from "../../shared/domain/outboundMessage.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import { systemIds } from "../../shared/system/ids.ts";
import { sendRaw } from "../replay/rawRequest.ts";
import { exportJobId, importJobId } from "../support/definitions.ts";
import { eventually, fetchAuthorization, type RunningService } from "../support/runningService.ts";
import { type IdleService, enqueuePath, startIdleService } from "./idleService.ts";

// Clients that take their time, on purpose or because they are broken.

const megabyte = 1024 * 1024;
const packageBytes = 64 * megabyte;
const ids = systemIds({ now: Date.now });

let idle: IdleService;
let service: RunningService;
let authorization: string;
let ports: StoragePorts;

beforeAll(async () => {
  idle = await startIdleService({
    StalledReaderSeconds: "5",
    SlowUploadSeconds: "5",
    MaxRequestsInProgress: "14",
    MaxRequestsPerApplication: "12",
    ReservedForManagement: "1",
  });
  ({ service, authorization, ports } = idle);
});

afterEach(() => idle.closeSockets());
afterAll(() => service.stop());

/** A package as if it had been exported and dequeued; its target is the DownloadLocation's path. */
async function offerPackage(sizeBytes = packageBytes) {
  const now = Date.now();
  const made = newExport({ id: ids.next(), activityId: exportJobId, dueAt: now, enqueuedAt: now });
  const file = `${made.id}/1`;
  const delivery = {
    correlationId: ids.random(),
    popReceipt: "receipt",
    queueItemId: "item",
    dequeuedAt: now,
    expiresAt: now + 1_800_000,
  };
  await ports.files.store("outbound", file, countingBytes(sizeBytes), exportJobId);
  await ports.messages.insertOutbound(dequeue({ ...made, state: "Enqueued", file, sizeBytes }, delivery));
  const query = `correlation-id=${delivery.correlationId}&blob=${made.id}`;
  const stateOf = async () => (await ports.messages.findOutbound(exportJobId, made.id))?.value.state;
  return { target: `/api/connector/download/${exportJobId}?${query}`, stateOf, file };
}

async function* countingBytes(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += megabyte) yield Buffer.alloc(Math.min(megabyte, sizeBytes - at), String(at));
}

async function askAndNotRead(target: string): Promise<Socket> {
  const socket = await idle.openSocket();
  socket.pause();
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
  return socket;
}

const get = (target: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  sendRaw(service.baseUrl, method, target, { Authorization: authorization, ...headers });

/** Sends the head of an enqueue and its first bytes, and no more. */
async function beginUpload(): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = await idle.openSocket();
  const head = [
    `POST ${enqueuePath} HTTP/1.1`,
    "Host: x",
    `Authorization: ${authorization}`,
    "Transfer-Encoding: chunked",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n11\r\nCUSTOMERGROUPID\r\n\r\n`);
  const answer = once(socket, "data").then(([bytes]) => String(bytes));
  answer.catch(() => undefined);
  return { socket, answer };
}

describe("uploads that do not go on", () => {
  test("lock out their own application and nobody else, and end with 408 and nothing behind them", async () => {
    const uploads = await Promise.all(Array.from({ length: 12 }, beginUpload));
    const refused = await eventually("the application's limit", async () => {
      const reply = await get(`/api/connector/dequeue/${exportJobId}`);
      if (reply.status === 429) return reply;
      // The look itself had a place, for which an upload may have been refused.
      uploads.push(await beginUpload());
      return undefined;
    });
    const stranger = await fetchAuthorization(service, unlistedApplication);
    const other = await get(`/api/connector/dequeue/${exportJobId}`, { Authorization: stranger });
    await service.manager.send("GET", "/manage/api/jobs");

    expect(refused.headers).toMatchObject({
      "retry-after": expect.stringMatching(/^\d+$/),
      "x-error": expect.stringContaining("The application has 12 requests in progress"),
    });
    expect(other.status).toBe(403);
    const answers = await Promise.all(uploads.map(({ answer }) => answer));
    const others = answers.filter(
      (answer) => !/^HTTP\/1\.1 408 [\s\S]*came slower than 1024 bytes a second/.test(answer),
    );
    expect(others.filter((answer) => !answer.startsWith("HTTP/1.1 429 "))).toEqual([]);
    expect(answers.length - others.length).toBeGreaterThanOrEqual(12);
    expect(await idle.payloadNames()).toEqual([]);
    expect((await ports.messages.list(importJobId, { limit: 10 })).items).toEqual([]);
    expect((await get(`/api/connector/dequeue/${exportJobId}`)).status).toBe(204);
  });

  test("do not spoil what is sent behind them on their connection", async () => {
    const { socket, answer } = await beginUpload();
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);

    socket.write("3\r\nxxx\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    const next = (await once(socket, "data")).join("");

    expect(next).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("a package that nobody reads", () => {
  test("costs little memory, is not taken for downloaded, and is given up after a while", async () => {
    const { target, stateOf } = await offerPackage();
    expect((await get(target)).body).toHaveLength(packageBytes);
    const { target: unread, stateOf: unreadState } = await offerPackage();
    const before = await service.peakMemoryBytes();
    const readers = await Promise.all(Array.from({ length: 10 }, () => askAndNotRead(unread)));

    await eventually("the end of all of them", async () => {
      const cut = service.output().split('"reason":"stalled"').length - 1;
      return cut >= readers.length || undefined;
    });

    expect(await service.peakMemoryBytes()).toBeLessThan(before + 100 * megabyte);
    expect([await stateOf(), await unreadState()]).toEqual(["Downloaded", "Dequeued"]);
    expect(service.output()).not.toContain("answer.unpaced");
  });

  test("ends with its client, and that is no failure", async () => {
    const { target, stateOf } = await offerPackage();
    const reader = await askAndNotRead(target);
    reader.resume();
    await once(reader, "data");

    reader.destroy();

    expect((await get(target, { Range: "bytes=0-0" })).status).toBe(206);
    expect(await stateOf()).toBe("Dequeued");
    expect(service.output()).not.toMatch(/request\.failed|"reason":"failed"/);
  });
});

describe("a package in ranges", () => {
  test("comes in parts that make the whole, and is downloaded with its last byte", async () => {
    const { target, stateOf } = await offerPackage(3 * megabyte);
    const whole = await get(target);
    const { target: other, stateOf: otherState } = await offerPackage(3 * megabyte);
    const first = await get(other, { Range: `bytes=0-${2 * megabyte - 1}` });
    expect([first.status, await otherState()]).toEqual([206, "Dequeued"]);
    const etag = String(first.headers["etag"]);
    const second = await get(other, { Range: `bytes=${2 * megabyte}-`, "If-Range": etag });

    expect(second.headers["content-range"]).toBe(`bytes ${2 * megabyte}-${3 * megabyte - 1}/${3 * megabyte}`);
    expect(first.body + second.body).toBe(whole.body);
    expect([await stateOf(), await otherState()]).toEqual(["Downloaded", "Downloaded"]);
  });

  test("tells its length and its ETag without a body, and what it has nothing of", async () => {
    const { target, stateOf } = await offerPackage(megabyte);

    const head = await get(target, {}, "HEAD");
    const behind = await get(target, { Range: `bytes=${megabyte}-` });

    expect(head).toMatchObject({ status: 200, body: "", headers: { "content-length": String(megabyte) } });
    expect(head.headers).toMatchObject({ "accept-ranges": "bytes", etag: expect.stringMatching(/^"[\w-]+"$/) });
    expect(behind).toMatchObject({ status: 416, headers: { "content-range": `bytes */${megabyte}` } });
    expect(await stateOf()).toBe("Dequeued");
  });
});

test("a package that storage has lost is refused in words, with no length in its answer", async () => {
  const { target, file } = await offerPackage(megabyte);
  await ports.files.remove("outbound", file);

  const reply = await get(target);

  expect(reply.status).toBe(410);
  expect(JSON.parse(reply.body).detail).toContain("no longer stored");
});
