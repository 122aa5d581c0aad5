import { request as startRequest } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runNow } from "../../bench/definitions.ts";
import { managementApplication } from "../../local/issuer/applications.ts";
import { type InboundMessage, isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { importJob, importJobId, importProject, line } from "../support/definitions.ts";
import { eventually, fetchAuthorization } from "../support/runningService.ts";
import { enqueuePath, type IdleService, startIdleService } from "./idleService.ts";

const megabyte = 1024 * 1024;
let idle: IdleService;
let manager: string;

beforeAll(async () => {
  idle = await startIdleService({ MaxBodyMegabytes: "256" }, [importJob]);
  manager = await fetchAuthorization(idle.service, managementApplication);
});

afterAll(() => idle?.service.stop());

async function manage(method: string, path: string, body?: object, etag?: string): Promise<Response> {
  const headers = {
    authorization: manager,
    ...(body && { "content-type": "application/json" }),
    ...(etag !== undefined && { "if-match": etag }),
  };
  return fetch(new URL(`/manage/api/${path}`, idle.service.baseUrl), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** From the push of the file to the end of its import. */
async function imported(pieces: Iterable<string>): Promise<InboundMessage> {
  const { ports, service, authorization } = idle;
  const request = startRequest(new URL(enqueuePath, service.baseUrl), { method: "POST", headers: { authorization } });
  const answered = new Promise<string>((resolve, reject) => {
    request.on("error", reject).on("response", (response) => text(response).then(resolve, reject));
  });
  Readable.from(pieces).pipe(request);
  const messageId: string = JSON.parse(await answered);
  await runNow(ports as Ports, importJobId);
  return eventually(`the end of ${messageId}`, async () => {
    const message = (await ports.messages.findInbound(importJobId, messageId))?.value;
    return message && isFinalImport(message) ? message : undefined;
  });
}

test("a file of fixed width is imported by a format that was saved, and its rejected lines come in again as they were mended", async () => {
  const columns = [
    { name: "CUSTOMERGROUPID", width: 4 },
    { name: "CREDITLIMIT", width: 6, alignment: "right" },
  ];
  const format = { name: "Bank", kind: "fixedWidth", columns, codePage: 1252 };
  expect((await manage("PUT", "formats/Bank", format)).status).toBe(201);
  const project = encodeURIComponent(importProject.name);
  const etag = (await manage("GET", `projects/${project}`)).headers.get("etag")!;
  const saved = await manage(
    "PUT",
    `projects/${project}`,
    { ...importProject, lines: [{ ...line, format: "Bank" }] },
    etag,
  );
  expect(saved.status).toBe(200);

  const first = await imported(["10    12.5\r\n", "20\r\n", "30      x1\r\n"]);
  const results = `executions/${first.executionId}/results/${encodeURIComponent("Customer groups")}`;
  const failed = await (await manage("GET", `${results}/failed`)).text();
  const mended = failed.replace(/,20,,\r\n/, ",,20,7\r\n").replace(/,x1\r\n$/, ",8\r\n");
  const second = await imported([mended]);

  expect(first.state).toBe("ProcessedWithErrors");
  expect(await (await manage("GET", `${results}/succeeded`)).text()).toBe("10    12.5\r\n");
  expect(second.state).toBe("Processed");
  expect((await idle.ports.executions.find(second.executionId!))!.entities[0]).toMatchObject({
    rowsRead: 2,
    created: 2,
  });
});

test("a line of 160 MB is refused, in bounded memory, and harms no other file", async () => {
  const before = await idle.service.peakMemoryBytes();
  const block = "x".repeat(megabyte);

  const { state, lastError } = await imported(Array.from({ length: 160 }, () => block));

  expect(state).toBe("PreProcessingError");
  expect(lastError).toMatch(/The line 1 is longer than 4194304 characters/);
  expect((await idle.service.peakMemoryBytes()) - before).toBeLessThan(140 * megabyte);
  expect(await imported(["40    12.5\r\n"])).toMatchObject({ state: "Processed" });
});
