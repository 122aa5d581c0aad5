import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as startRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { managementApplication, unlistedApplication } from "../../local/issuer/applications.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { sendRaw } from "../replay/rawRequest.ts";
import {
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  packageJob,
  packageJobId,
  seed,
} from "../support/definitions.ts";
import { fetchAuthorization, type RunningService, startService } from "../support/runningService.ts";

// Between host and app all callers share a few connections. A request that is answered before its body was read to the
// end, or whose client leaves, must leave its connection as the next caller needs it.

const kilobyte = 1024;
const sizes = [1, 64, 600, 3_000, 8_000].map((kilobytes) => kilobytes * kilobyte);
const bodyMegabytesMax = 8;
/** Whoever meets a connection on which the bytes of another stand waits five seconds or more. */
const answerMsMax = 3_000;
const framings = ["a length", "chunks"] as const;

let service: RunningService;
const tokens: Record<"client" | "stranger" | "manager" | "nobody", string> = {
  client: "",
  stranger: "",
  manager: "",
  nobody: "",
};

beforeAll(async () => {
  service = await startService({ settings: { MaxBodyMegabytes: String(bodyMegabytesMax) } });
  tokens.client = await fetchAuthorization(service);
  tokens.stranger = await fetchAuthorization(service, unlistedApplication);
  tokens.manager = await fetchAuthorization(service, managementApplication);
  const ports = storagePorts(azureGround({ connectionString: service.connectionString }));
  const processingRecurrence = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
  await seed(
    ports as Ports,
    [importJob, packageJob, exportJob].map((job) => ({ ...job, processingRecurrence })),
  );
});

afterAll(() => service.stop());

const enqueuePath = (activityId: string, entity = "Customer+groups"): string =>
  `/api/connector/enqueue/${activityId}?entity=${entity}`;
const csv = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n");
const zip = (sizeBytes: number): Buffer => Buffer.concat([Buffer.from("PK\u0003\u0004"), csv(sizeBytes)]);
/** Far more than the limit once it is decoded, and then incompressible, so that much of it is still to come. */
const bomb = (sizeBytes: number): Buffer =>
  Buffer.concat([gzipSync(Buffer.alloc(2 * bodyMegabytesMax * kilobyte ** 2)), gzipSync(randomBytes(sizeBytes))]);
const json = (sizeBytes: number): Buffer => Buffer.from(`{"Headers":"x","name":"${"x".repeat(sizeBytes)}"}`);

interface Call {
  readonly as: keyof typeof tokens;
  readonly method?: string;
  readonly target: string;
  readonly body?: (sizeBytes: number) => Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: (sizeBytes: number) => number;
  /** Bytes beyond the size that every call has. */
  readonly more?: number;
}

const always = (status: number) => (): number => status;
const over = (limit: number, above: number, below: number) => (sizeBytes: number) =>
  sizeBytes > limit ? above : below;

const calls: readonly (readonly [string, Call])[] = [
  ["without a token", { as: "nobody", target: enqueuePath(importJobId), status: always(401) }],
  ["of an application on no list", { as: "stranger", target: enqueuePath(importJobId), status: always(403) }],
  ["without a role", { as: "client", method: "PUT", target: "/manage/api/entities/X", status: always(403) }],
  ["against the direction of its job", { as: "client", target: enqueuePath(exportJobId), status: always(400) }],
  ["for an entity that is none", { as: "client", target: enqueuePath(importJobId, "X"), status: always(400) }],
  ["with a zip for a file", { as: "client", target: enqueuePath(importJobId), body: zip, status: always(400) }],
  ["with a file for a package", { as: "client", target: enqueuePath(packageJobId), status: always(400) }],
  [
    "over the limit",
    { as: "client", target: enqueuePath(importJobId), status: always(413), more: bodyMegabytesMax * kilobyte ** 2 },
  ],
  [
    "that is a form",
    {
      as: "client",
      target: enqueuePath(importJobId),
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      status: always(400),
    },
  ],
  [
    "in an encoding that is not known",
    { as: "client", target: enqueuePath(importJobId), headers: { "Content-Encoding": "zstd" }, status: always(400) },
  ],
  [
    "in another encoding than it says",
    { as: "client", target: enqueuePath(importJobId), headers: { "Content-Encoding": "br" }, status: always(400) },
  ],
  [
    "that is over the limit once it is decoded",
    {
      as: "client",
      target: enqueuePath(importJobId),
      body: bomb,
      headers: { "Content-Encoding": "gzip" },
      status: always(413),
    },
  ],
  ["that is a sample", { as: "manager", target: "/manage/api/entities/X/infer", status: always(200) }],
  ["that is a sample of nothing", { as: "manager", target: "/manage/api/projects/X/sample", status: always(404) }],
  [
    "that acknowledges nothing",
    { as: "client", target: `/api/connector/ack/${exportJobId}`, status: over(64 * kilobyte, 413, 400) },
  ],
  [
    "with a wrong definition",
    {
      as: "manager",
      method: "PUT",
      target: "/manage/api/entities/X",
      body: json,
      status: over(kilobyte ** 2, 413, 400),
    },
  ],
  ["to no address", { as: "client", target: "/nowhere", status: always(404) }],
  ["that should have no body", { as: "nobody", method: "GET", target: "/healthz", status: always(200) }],
];

describe("a request", () => {
  test.each(calls)("%s leaves nothing in the way of the next one, whatever its size", async (_, call) => {
    for (const sizeBytes of sizes) {
      for (const framing of framings) {
        const { status, sent } = await send(call, sizeBytes, framing);
        expect({ sizeBytes, framing, status }).toEqual({ sizeBytes, framing, status: call.status(sizeBytes) });
        expect(await nextAnswers(sent)).toEqual(promptly);
      }
    }
  });

  test.each(framings)("with %s whose client goes away leaves nothing in the way of the next one", async (framing) => {
    for (const sizeBytes of sizes) {
      for (const as of ["client", "stranger"] as const) {
        const upload = begin({ as, target: enqueuePath(importJobId), status: always(0) }, sizeBytes, framing);
        const gone = new Promise((resolve) => upload.once("close", resolve));
        await new Promise((resolve) => upload.write(csv(sizeBytes / 2), resolve));
        upload.destroy();
        await gone;
        expect(await nextAnswers()).toEqual(promptly);
      }
    }
  });
});

function begin(
  { as, method = "POST", target, headers: more }: Call,
  sizeBytes: number,
  framing: (typeof framings)[number],
) {
  const { hostname, port } = new URL(service.baseUrl);
  const length = framing === "chunks" ? { "Transfer-Encoding": "chunked" } : { "Content-Length": sizeBytes };
  const headers = {
    ...length,
    Authorization: tokens[as],
    "Content-Type": "application/json",
    Connection: "keep-alive",
    ...more,
  };
  return startRequest({ hostname, port, method, path: target, headers, agent: false }).on("error", () => undefined);
}

/** The status, and the moment in which the whole body was taken or its connection closed. */
async function send(call: Call, sizeBytes: number, framing: (typeof framings)[number]) {
  const bytes = (call.body ?? csv)(sizeBytes + (call.more ?? 0));
  const upload = begin(call, bytes.byteLength, framing);
  const sent = new Promise<void>((resolve) => upload.once("finish", resolve).once("close", resolve));
  const answered = once(upload, "response");
  upload.end(bytes);
  const [response] = await answered;
  await buffer(response);
  return { status: response.statusCode as number, sent };
}

const promptly = { statuses: [200, 200, 200], isPrompt: true };

/** More requests than one, so that one of them gets the connection that the last one had. */
async function nextAnswers(sent: Promise<void> = Promise.resolve()): Promise<typeof promptly> {
  const startedAt = performance.now();
  await sent;
  const replies = await Promise.all(promptly.statuses.map(() => sendRaw(service.baseUrl, "GET", "/healthz")));
  return {
    statuses: replies.map(({ status }) => status),
    isPrompt: performance.now() - startedAt < answerMsMax,
  };
}
