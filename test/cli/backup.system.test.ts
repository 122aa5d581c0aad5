import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, readJson } from "../../local/demo/http.ts";
import { clientApplication } from "../../local/issuer/applications.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import { claim, type InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { systemIds } from "../../shared/system/ids.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { customerGroups, exportJob, importJob, operator, seed } from "../support/definitions.ts";
import { testSettings } from "../support/memoryPorts.ts";
import {
  type RunningHost,
  type RunningService,
  eventually,
  startHostBeside,
  startService,
} from "../support/runningService.ts";
import { run } from "./terminal.ts";

// The drill: a backup of a service that is at work, restored into another account, and a service that begins on it.

const groups = { entityId: entityId(customerGroups), company: "USMF" };
/** Only the runs that are asked for. */
const inTenYears = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
const importing: RecurringJob = {
  ...importJob,
  applications: [{ applicationId: clientApplication.clientId, isEnabled: true }],
  processingRecurrence: inTenYears,
};
const exporting: RecurringJob = {
  ...exportJob,
  applications: importing.applications,
  processingRecurrence: inTenYears,
};

let service: RunningService;
let other: Azurite;
let restored: RunningHost | undefined;
let folder: string;

beforeAll(async () => {
  [service, other, folder] = await Promise.all([
    startService(),
    startAzurite(),
    mkdtemp(path.join(tmpdir(), "drill-")),
  ]);
});

afterAll(async () => {
  await restored?.stop();
  await Promise.all([service.stop(), other.stop(), rm(folder, { recursive: true })]);
});

function portsOn(connectionString: string): Ports {
  const ground = azureGround({ connectionString });
  const clock = { now: Date.now };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const entities = blobEntityStore(ground.blobs(containerNames.entities));
  const own = { clock, ids: systemIds(clock), log: silent, settings: testSettings, entities };
  return { ...storagePorts(ground), ...own } as unknown as Ports;
}

function csvOf(...rows: readonly string[]): string {
  return ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n");
}

async function enqueue(client: Client, body: string, key: string): Promise<string> {
  const address = `/api/connector/enqueue/${importing.activityId}?entity=Customer%20groups`;
  return readJson(await client.send("POST", address, { body, headers: { "idempotency-key": key } }));
}

interface Delivery {
  readonly CorrelationId: string;
  readonly PopReceipt: string;
  readonly DownloadLocation: string;
}

async function dequeue(client: Client): Promise<Delivery | undefined> {
  const answer = await client.send("GET", `/api/connector/dequeue/${exporting.activityId}`, { expected: [200, 204] });
  return answer.status === 204 ? undefined : readJson(answer);
}

async function download(client: Client, { DownloadLocation }: Delivery): Promise<string> {
  const { pathname, search } = new URL(DownloadLocation);
  const answer = await client.send("GET", pathname + search);
  return createHash("sha256")
    .update(await answer.bytes())
    .digest("hex");
}

async function acknowledge(client: Client, { CorrelationId, PopReceipt }: Delivery, expected: readonly number[]) {
  const body = JSON.stringify({ CorrelationId, PopReceipt });
  const headers = { "content-type": "application/json" };
  await client.send("POST", `/api/connector/ack/${exporting.activityId}`, { body, headers, expected });
}

async function ended(ports: Ports, messageId: string): Promise<InboundMessage> {
  return eventually(`the end of ${messageId}`, async () => {
    const found = (await ports.messages.findInbound(importing.activityId, messageId))?.value;
    return found?.state === "Processed" ? found : undefined;
  });
}

async function exported(ports: Ports, count: number): Promise<void> {
  await runJobNow(ports, exporting.activityId, operator);
  await eventually(`export ${count}`, async () => {
    const { items } = await ports.messages.list(exporting.activityId, { limit: 100 });
    const offered = items.filter((message) => message.direction === "export" && message.isPointerSent);
    return offered.length === count ? true : undefined;
  });
}

/** A worker that takes a message and stands still. */
async function takeFor(ports: Ports, messageId: string): Promise<void> {
  const stored = (await ports.messages.findInbound(importing.activityId, messageId))!;
  const { run: itsRun } = stored.value;
  const until = Date.now() + 600_000;
  await ports.claims.put({ messageId, activityId: importing.activityId, run: itsRun, until });
  await ports.messages.replace(stored, claim(stored.value, Date.now(), 600_000, ports.ids.random()));
}

describe("a backup of a service that is at work", () => {
  test("is restored into another account, where everything is there, and what was under way ends once", async () => {
    const { client } = service;
    const ports = portsOn(service.connectionString);
    await seed(ports, [importing, exporting]);
    const first = await enqueue(client, csvOf("10,Wholesale", "20,Retail"), "first");
    await runJobNow(ports, importing.activityId, operator);
    await ended(ports, first);
    await exported(ports, 1);
    const acknowledged = (await dequeue(client))!;
    await download(client, acknowledged);
    await acknowledge(client, acknowledged, [200]);
    const second = await enqueue(client, csvOf("30,Web"), "second");
    await runJobNow(ports, importing.activityId, operator);
    await ended(ports, second);
    await exported(ports, 2);
    const held = (await dequeue(client))!;
    const bytes = await download(client, held);
    const taken = await enqueue(client, csvOf("40,Taken"), "taken");
    await takeFor(ports, taken);

    let isTaken = false;
    const during: string[] = [];
    const clients = async (): Promise<void> => {
      for (let count = 0; !isTaken && count < 20; count++)
        during.push(await enqueue(client, csvOf(`D${count},During`), `d${count}`));
    };
    const backup = run(["backup", folder, "--json"], { env: { DataStorage: service.connectionString }, now: Date.now });
    const [took] = await Promise.all([backup.finally(() => void (isTaken = true)), clients()]);
    expect(took).toMatchObject({ code: 0, json: { missing: [] } });

    const env = { DataStorage: other.connectionString };
    expect(await run(["restore", folder], { env, now: Date.now })).toMatchObject({ code: 0 });
    expect(await run(["restore", folder], { env, now: Date.now })).toMatchObject({ code: 2 });
    expect(await run(["fsck", "--wait", "0"], { env, now: Date.now })).toMatchObject({ code: 0 });
    const there = portsOn(other.connectionString);
    const { connectionString } = other;
    restored = await startHostBeside(service, {
      settings: { AzureWebJobsStorage: connectionString, DataStorage: connectionString },
    });
    const { baseUrl } = restored;
    const again: Client = { send: (method, address, options) => client.send(method, baseUrl + address, options) };
    await keepUp(there);
    expect((await ended(there, taken)).attempts).toBe(1);
    const next = await eventually("the export that nobody acknowledged", () => dequeue(again));
    expect(await download(again, next)).toBe(bytes);
    await acknowledge(again, held, [409]);
    await acknowledge(again, next, [200]);
    expect(await dequeue(again)).toBeUndefined();
    expect(await enqueue(again, csvOf("10,Wholesale", "20,Retail"), "first")).toBe(first);
    await runJobNow(there, importing.activityId, operator);
    const kept = (await there.messages.list(importing.activityId, { limit: 500 })).items.map(({ id }) => id);
    for (const id of kept) await ended(there, id);
    expect(kept).toEqual(expect.arrayContaining([first, second, taken]));
    expect(await there.entities.count(groups)).toBe(4 + kept.length - 3);
    const [entry] = (await there.audit.list({ object: { kind: "system", target: took.json.id } }, { limit: 1 })).items;
    expect(entry).toMatchObject({ action: "restore" });
  });
});
