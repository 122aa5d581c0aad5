import { request as startRequest } from "node:http";
import { text } from "node:stream/consumers";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type InboundMessage, isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { runNow } from "../../bench/definitions.ts";
import { importJob, importJobId, importProject, line, listedApplication } from "../support/definitions.ts";
import { eventually } from "../support/runningService.ts";
import { enqueuePath, type IdleService, startIdleService } from "./idleService.ts";

const megabyte = 1024 * 1024;
let idle: IdleService;

beforeAll(async () => {
  idle = await startIdleService({ MaxBodyMegabytes: "256" }, [importJob]);
  const by = { at: 0, applicationId: listedApplication };
  const { definitions } = idle.ports;
  const before = await definitions.find("project", importProject.name);
  const lines = [{ ...line, format: "XML-Element" }];
  await definitions.save("project", importProject.name, { ...importProject, lines }, { etag: before!.etag }, by);
});

afterAll(() => idle?.service.stop());

/** From the push of the document to the end of its import. */
async function imported(pieces: () => Iterable<string>): Promise<InboundMessage> {
  const { ports, service, authorization } = idle;
  const request = startRequest(new URL(enqueuePath, service.baseUrl), { method: "POST", headers: { authorization } });
  const answered = new Promise<string>((resolve, reject) => {
    request.on("error", reject).on("response", (response) => text(response).then(resolve, reject));
  });
  Readable.from(pieces()).pipe(request);
  const messageId: string = JSON.parse(await answered);
  await runNow(ports as Ports, importJobId);
  return eventually(`the end of ${messageId}`, async () => {
    const message = (await ports.messages.findInbound(importJobId, messageId))?.value;
    return message && isFinalImport(message) ? message : undefined;
  });
}

function* repeated(before: string, piece: string, bytes: number, after: string): Generator<string> {
  const block = piece.repeat(Math.ceil(megabyte / piece.length));
  yield before;
  for (let sent = 0; sent < bytes; sent += block.length) yield block;
  yield after;
}

const group = (id: string): string =>
  `<CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>${id}</CUSTOMERGROUPID></CUSTCUSTOMERGROUPENTITY>`;
const open = "<D><CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>";

describe("a hostile document that is pushed to the service", () => {
  test.each([
    [
      "entities that expand",
      () => ['<!DOCTYPE D [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>', `<D>${group("&b;")}</D>`],
      /DOCTYPE\) is not allowed.*line 1/,
    ],
    [
      "a hundred megabytes of text in one element",
      () => repeated(open, "x", 100 * megabyte, ""),
      /longer than 4194304 characters/,
    ],
    ["elements nested without end", () => repeated("<D>", "<a>", 20 * megabyte, ""), /nested more than 32 deep/],
    [
      "attributes without end",
      () => repeated("<D><r ", 'a="1" ', 20 * megabyte, "/></D>"),
      /more than 1024 attributes/,
    ],
    [
      "an encoding that lies",
      () => ['<?xml version="1.0" encoding="utf-16"?>', `<D>${group("1")}</D>`],
      /"utf-16", but the file is in single bytes/,
    ],
    ["records that are cut off", () => repeated("<D>", group("1"), 8 * megabyte, "<CUST"), /no well-formed XML/],
  ] as const)("is refused by name for %s, in bounded memory", async (_, pieces, message) => {
    const before = await idle.service.peakMemoryBytes();

    const { state, lastError } = await imported(pieces);

    expect(state).toMatch(/ProcessingError$/i);
    expect(lastError).toMatch(message);
    expect((await idle.service.peakMemoryBytes()) - before).toBeLessThan(100 * megabyte);
  });

  test("harms no other: the next one is imported", async () => {
    expect(await imported(() => ["<D>", group("10"), "</D>"])).toMatchObject({ state: "Processed" });
  });
});
