import { createHash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApi } from "../../client/api.ts";
import { reach } from "../../client/reach.ts";
import { type UploadWish, uploadFile } from "../../client/upload.ts";
import { blockBytes } from "../../shared/domain/blockUpload.ts";
import { importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { memoryService } from "../cli/memoryService.ts";
import { look, textOf } from "../usecases/world.ts";

const base = "https://files.example";
const hour = 3_600_000;
const file = Buffer.alloc(2 * blockBytes + 7, "CustomerGroupId,Description\r\n10,One\r\n");
const sha256 = createHash("sha256").update(file).digest("hex");

let ports: TestPorts;
let service: (request: Request) => Promise<Response>;
let cuts: number;

const loadMsMax = 60_000;

// The functions are loaded once, which takes a while on a busy machine.
beforeAll(async () => void (await memoryService(memoryPorts())), loadMsMax);

beforeEach(async () => {
  ports = memoryPorts();
  service = (await memoryService(ports)).fetch;
  cuts = 0;
  await seed(ports);
});

/** Every so often the connection breaks: before anything is done, or after it. */
function breaking(each: number, ask: (request: Request) => Promise<Response>) {
  let asked = 0;
  return async (request: Request): Promise<Response> => {
    asked += 1;
    if (asked % each !== 0) return ask(request);
    cuts += 1;
    if (cuts % 2 === 0) await ask(request);
    throw new TypeError("fetch failed");
  };
}

const send = (changes: Partial<UploadWish> = {}, answer = service): Promise<string> =>
  uploadFile(createApi({ baseUrl: base, fetch: (request) => reach(request, answer, "Nobody answers.") }), {
    activityId: importJobId,
    file: { size: file.length, read: async (from, to) => new Uint8Array(file.subarray(from, to)) },
    sha256,
    idempotencyKey: "key 1",
    name: "big.csv",
    entity: "Customer groups",
    ask: service,
    pause: () => Promise.resolve(),
    ...changes,
  });

describe("a client that sends a file in blocks", () => {
  test("makes one message of it, and tells how far it is", async () => {
    const progress: number[] = [];

    const messageId = await send({ onProgress: (sentBytes) => progress.push(sentBytes), parallel: 2 });

    const { message } = await look(ports, messageId);
    expect(message).toMatchObject({ sha256, sizeBytes: file.length, externalIdentifier: "big.csv" });
    expect(progress.at(0)).toBe(0);
    expect(progress.at(-1)).toBe(file.length);
    expect(await send()).toBe(messageId);
  });

  test("comes through a connection that breaks all the time, with the same bytes and one message", async () => {
    const messageId = await send({ ask: breaking(2, service) }, breaking(2, service));

    expect(cuts).toBeGreaterThan(2);
    const stored = await textOf(ports.files.read("inbound", messageId));
    expect(createHash("sha256").update(stored).digest("hex")).toBe(sha256);
    expect((await ports.messages.list(importJobId, { limit: 10 })).items).toHaveLength(1);
  });

  test("goes on where an earlier one was cut off for good", async () => {
    let taken = 0;
    const twoBlocks = async (request: Request): Promise<Response> => {
      if (++taken > 2) throw new TypeError("fetch failed");
      return service(request);
    };
    await expect(send({ ask: twoBlocks, parallel: 1 })).rejects.toThrow("Storage cannot be reached.");

    taken = 0;
    const counted = async (request: Request): Promise<Response> => {
      taken += 1;
      return service(request);
    };
    await send({ ask: counted });
    expect(taken).toBe(1);
  });

  test("asks for another address when the one that it has ends", async () => {
    let isLate = false;
    const slow = async (request: Request): Promise<Response> => {
      if (!isLate) ports.advance(3 * hour);
      isLate = true;
      return service(request);
    };

    expect((await look(ports, await send({ ask: slow, parallel: 1 }))).message.sizeBytes).toBe(file.length);
  });

  test("says what the service has against it, at once", async () => {
    await expect(send({ entity: "Vendors" })).rejects.toThrow("The job takes no files of this entity.");
  });
});
