import { QueueServiceClient } from "@azure/storage-queue";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as startRequest } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startAzurite, type Azurite } from "../../../local/azurite.ts";
import { buildApp } from "../../../local/build.ts";
import { startFunctionHost, type FunctionHost } from "../../../local/functionHost.ts";
import { events, listenToApps, report } from "../fixtures/events.ts";

const fixture = (name: string): string => path.join(import.meta.dirname, "..", "fixtures", name);

let azurite: Azurite;
let host: FunctionHost;
let statusFolder: string;
let firstTick: Promise<unknown[]>;
const lines: string[] = [];
const happened: string[] = [];
const log = (level: string, _category: string, message: string): void => void lines.push(`${level} ${message}`);

beforeAll(async () => {
  await listenToApps();
  for (const name of ["appStart", "buffered appTerminate"]) events.on(name, () => happened.push(name));
  for (const name of ["preInvocation", "postInvocation"]) {
    events.on(name, (functionName: string) => happened.push(`${name} ${functionName}`));
  }
  firstTick = once(events, "tick");
  azurite = await startAzurite();
  statusFolder = await mkdtemp(path.join(tmpdir(), "timers "));
  // The last run of this timer ended long ago, and its next due time passed while nothing ran.
  await writeFile(path.join(statusFolder, "tick.json"), JSON.stringify({ last: 0, next: 60_000 }));
  await buildApp(fixture("streamApp"));
  host = await startFunctionHost({
    appRoot: fixture("streamApp"),
    settings: { FixtureStorage: azurite.connectionString, FixtureSchedule: "* * * * * *" },
    port: 0,
    statusFolder,
    log,
  });
});

afterAll(async () => {
  await host.stop();
  await azurite.stop();
  await rm(statusFolder, { recursive: true });
});

describe("an HTTP function that streams", () => {
  test("gets a chunked body, its route parameter and the caller's URL, and its answer comes back", async () => {
    const body = new Blob(["first,", "second"]).stream();

    const response = await fetch(`${host.baseUrl}/echo/a%20b?q=1`, { method: "POST", body, duplex: "half" });

    expect(response.status).toBe(201);
    expect(response.headers.get("x-name")).toBe("a b");
    expect(response.headers.get("x-url")).toBe(`${host.baseUrl}/echo/a%20b?q=1`);
    expect(await response.text()).toBe("first,second");
  });

  test("sees the body before the client has sent all of it", async () => {
    const upload = startRequest(`${host.baseUrl}/swallow`, { method: "POST" });
    const [chunk, whole] = [once(events, "chunk"), once(events, "whole")];

    upload.write("begun");

    expect(Buffer.from((await chunk)[0]).toString()).toBe("begun");
    upload.end();
    await whole;
  });

  test("learns that its client left in the middle of the body", async () => {
    const [begun, broken] = [once(events, "swallowing"), once(events, "broken")];
    const upload = startRequest(`${host.baseUrl}/swallow`, { method: "POST" });
    upload.on("error", () => {}).write("begun");
    await begun;

    upload.destroy();

    expect((await broken)[0]).toBeInstanceOf(Error);
  });

  test("that breaks off in its answer breaks the client's as well, and is not taken for a whole one", async () => {
    const response = await fetch(`${host.baseUrl}/break`);
    report("break");

    await expect(response.text()).rejects.toThrow("terminated");
  });

  test("that throws is answered with 500, and the log tells why", async () => {
    const response = await fetch(`${host.baseUrl}/throws`);

    expect(response.status).toBe(500);
    expect(await response.text()).toContain("thrown by the fixture");
    expect(lines.some((line) => line.startsWith("error GET /throws failed: Error: thrown by the fixture"))).toBe(true);
  });

  test("runs between its hooks", async () => {
    const before = happened.length;

    expect(await (await fetch(host.baseUrl)).text()).toBe("the root");

    await vi.waitFor(() => {
      const own = happened.slice(before).filter((line) => line.endsWith(" root"));
      expect(own).toEqual(["preInvocation root", "postInvocation root"]);
    });
    expect(happened[0]).toBe("appStart");
  });

  test("can be fed parameters by the query, as in Azure, and the spelling of those of its route", async () => {
    const given = await (await fetch(`${host.baseUrl}/parameters/own?NAME=other&more=x`)).json();
    const absent = await (await fetch(`${host.baseUrl}/parameters?name=other`)).json();

    expect(given).toEqual({ NAME: "own", more: "x" });
    expect(absent).toEqual({ name: "other" });
  });

  for (const [method, path, status] of [
    ["GET", "/nowhere", 404],
    ["GET", "/echo/a", 404],
    ["HEAD", "/parameters", 404],
    ["GET", "/admin/host/status", 404],
  ] as const) {
    test(`is not there for ${method} ${path}`, async () => {
      expect((await fetch(host.baseUrl + path, { method })).status).toBe(status);
    });
  }
});

describe("a queue function", () => {
  const queues = (): QueueServiceClient => QueueServiceClient.fromConnectionString(azurite.connectionString);
  const send = async (text: string): Promise<void> => {
    await queues().getQueueClient("fixture").sendMessage(Buffer.from(text).toString("base64"));
  };

  test("gets a message with what is known of it, and the message is gone afterwards", async () => {
    const received = once(events, "message");

    await send(JSON.stringify({ kind: "a pointer" }));

    const [message, metadata] = await received;
    expect(message).toEqual({ kind: "a pointer" });
    expect(metadata).toMatchObject({ dequeueCount: 1, queueTrigger: { kind: "a pointer" } });
    await vi.waitFor(async () => expect(await countOf("fixture")).toBe(0));
  });

  test("that fails is tried again, and its message goes to the poison queue after the last attempt", async () => {
    const attempts: unknown[] = [];
    events.on("message", (message) => attempts.push(message));

    await send("fails");

    await vi.waitFor(async () => expect(await countOf("fixture-poison")).toBe(1), { timeout: 20_000 });
    expect(attempts).toEqual(["fails", "fails"]);
    expect(await countOf("fixture")).toBe(0);
  });

  async function countOf(queue: string): Promise<number | undefined> {
    const client = queues().getQueueClient(queue);
    if (!(await client.exists())) return undefined;
    return (await client.getProperties()).approximateMessagesCount;
  }
});

describe("a worker that ends by itself", () => {
  test("takes the requests in flight with it, and the next one finds another worker", async () => {
    const before = await (await fetch(`${host.baseUrl}/process`)).text();
    const swallowing = once(events, "swallowing");
    const upload = fetch(`${host.baseUrl}/swallow`, { method: "POST", body: endless(), duplex: "half" });
    await swallowing;

    const died = await fetch(`${host.baseUrl}/die`);
    const after = await fetch(`${host.baseUrl}/process`);

    expect([died.status, (await upload).status, after.status]).toEqual([500, 500, 200]);
    expect(await died.text()).toContain("The worker was ended by SIGKILL");
    expect(await after.text()).not.toBe(before);
    const told = lines.filter((line) => line.includes(`(process ${before})`)).join("\n");
    expect(told).toContain("was ended by SIGKILL, and said last:\nthe fixture's last words");
    expect(lines.some((line) => line.startsWith("warning Another worker runs"))).toBe(true);
  });

  test("leaves its queue message to the next one", async () => {
    const taken: unknown[] = [];
    events.on("message", (message, { dequeueCount }) => taken.push([message, dequeueCount]));
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient("fixture");

    await queue.sendMessage(Buffer.from("kills").toString("base64"));

    await vi.waitFor(() => expect(taken).toContainEqual(["kills", 2]), { timeout: 20_000 });
    await vi.waitFor(async () => expect((await queue.getProperties()).approximateMessagesCount).toBe(0));
  });

  function endless(): ReadableStream<Uint8Array> {
    return new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("begun")) });
  }
});

describe("a timer function", () => {
  test("fires once for a due time that was missed, then at its schedule", async () => {
    const [missed] = await firstTick;
    const [regular] = await once(events, "tick");

    expect(missed).toMatchObject({ isPastDue: true });
    expect(regular).toMatchObject({ isPastDue: false });
    const kept: { readonly next: number } = JSON.parse(await readFile(path.join(statusFolder, "tick.json"), "utf8"));
    expect(kept.next % 1000).toBe(0);
    expect(host.timers).toMatchObject([{ functionName: "tick", schedule: "* * * * * *" }]);
  });
});

describe("an app without streaming", () => {
  let buffered: FunctionHost;

  beforeAll(async () => {
    await buildApp(fixture("bufferedApp"));
    buffered = await startFunctionHost({ appRoot: fixture("bufferedApp"), settings: {}, port: 0, log });
  });

  test("gets the whole body under the prefix that the host has by default, and may set cookies", async () => {
    const response = await fetch(`${buffered.baseUrl}/api/echo?q=x`, { method: "POST", body: "the body" });

    expect(response.headers.get("x-query")).toBe("x");
    expect(response.headers.get("set-cookie")).toBe("seen=yes; Path=/");
    expect(await response.text()).toBe("the body");
  });

  test("finds a chunked body empty, as in Azure", async () => {
    const body = new Blob(["the body"]).stream();

    const response = await fetch(`${buffered.baseUrl}/api/echo`, { method: "POST", body, duplex: "half" });

    expect(await response.text()).toBe("");
  });

  test("loses its worker to an invocation that runs into its time-out, and gets another one", async () => {
    const { pid } = await buffered.worker();

    const hanging = await fetch(`${buffered.baseUrl}/api/hangs`);

    expect(hanging.status).toBe(500);
    expect(await hanging.text()).toContain("The worker was ended by SIGKILL");
    expect(lines.some((line) => line.includes('"hangs" ran longer than functionTimeout allows'))).toBe(true);
    expect((await fetch(`${buffered.baseUrl}/api/echo`, { method: "POST", body: "again" })).status).toBe(200);
    expect((await buffered.worker()).pid).not.toBe(pid);
  });

  test("is told of its end, and is not there any more", async () => {
    await buffered.stop();

    await vi.waitFor(() => expect(happened).toContain("buffered appTerminate"));
    await expect(fetch(`${buffered.baseUrl}/api/echo`)).rejects.toThrow("fetch failed");
  });
});

test("an app whose workers end one after the other is given up, with how they ended", async () => {
  const settings = { FixtureStorage: azurite.connectionString, FixtureSchedule: "0 0 0 1 1 *" };
  const dying = await startFunctionHost({ appRoot: fixture("streamApp"), settings, port: 0, log });

  for (let count = 0; count < 3; count += 1) await fetch(`${dying.baseUrl}/die`);

  await expect(dying.lost).rejects.toThrow(/^The worker ended 3 times in a row, .* is not started again\./);
  const answer = await fetch(`${dying.baseUrl}/process`);
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining("not started again")]);
  await dying.stop();
});

test("an app with a trigger that this host does not have is refused by name", async () => {
  await buildApp(fixture("blobApp"));

  const start = startFunctionHost({ appRoot: fixture("blobApp"), settings: {}, port: 0, log });

  await expect(start).rejects.toThrow('"blob" has the trigger type "blobTrigger"');
});
