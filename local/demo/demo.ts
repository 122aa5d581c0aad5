import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { entityName, exportActivityId, importActivityId } from "./definitions.ts";
import { type Client, readJson } from "./http.ts";
import { startRecurrenceAt } from "./seed.ts";

/** The main job as a client sees it: one file in, one package out. */
export interface DemoRun {
  readonly client: Client;
  readonly manager: Client;
  readonly appRoot: string;
  readonly print: (line: string) => void;
}

const waitMsMax = 90_000;
const pollMs = 500;
const leadMs = 3_000;
const sampleName = "customer-groups.csv";
const finalStates = ["Processed", "ProcessedWithErrors", "PostProcessingError", "PreProcessingError"];

export async function runDemo(run: DemoRun): Promise<void> {
  await takeLeftovers(run);
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ");
  const messageId = await enqueueSample(run, stamp);
  await startSoon(run, importActivityId, "The import");
  await watchImport(run, messageId);
  await startSoon(run, exportActivityId, "The export");
  await receivePackage(run, stamp);
}

interface Delivery {
  readonly CorrelationId: string;
  readonly PopReceipt: string;
  readonly DownloadLocation: string;
}

async function takeLeftovers(run: DemoRun): Promise<void> {
  let taken = 0;
  for (let delivery = await dequeue(run); delivery; delivery = await dequeue(run)) {
    await (await run.client.send("GET", delivery.DownloadLocation)).arrayBuffer();
    await run.client.send("POST", `/api/connector/ack/${exportActivityId}`, { body: JSON.stringify(delivery) });
    taken += 1;
  }
  if (taken > 0) run.print(`Dequeued, downloaded and acknowledged ${taken} waiting package(s) of an earlier run.`);
}

/** The example with one description stamped with the time, so that each run changes one record. */
async function enqueueSample({ client, appRoot, print }: DemoRun, stamp: string): Promise<string> {
  const text = await readFile(path.join(appRoot, "examples", sampleName), "utf8");
  const file = text.replace("Wholesale customers", `Wholesale customers ${stamp}`);
  const response = await client.send(
    "POST",
    `/api/connector/enqueue/${importActivityId}?entity=${encodeURIComponent(entityName)}`,
    { body: file, headers: { "x-ms-dyn-externalidentifier": sampleName } },
  );
  const messageId = await readJson<string>(response);
  print(`Enqueued examples/${sampleName} (${file.length} bytes): message ${messageId}`);
  return messageId;
}

async function startSoon({ manager, print }: DemoRun, activityId: string, what: string): Promise<void> {
  const at = Math.ceil((Date.now() + leadMs) / 1000) * 1000;
  await startRecurrenceAt(manager, activityId, at);
  print(`${what} is due at ${new Date(at).toISOString().slice(11, 19)} UTC and every minute from then on.`);
}

interface ManagedMessage {
  readonly state: string;
  readonly executionId?: string;
  readonly lastError?: string;
  readonly history: readonly { readonly state: string; readonly at: string }[];
}

interface ManagedExecution {
  readonly entities: readonly Readonly<
    Record<"entity" | "created" | "updated" | "unchanged" | "failed", string | number>
  >[];
}

async function watchImport(run: DemoRun, messageId: string): Promise<void> {
  let shown = 0;
  const message = await waitFor("the import's end", async () => {
    const found = await readJson<ManagedMessage>(await run.manager.send("GET", `/manage/api/messages/${messageId}`));
    for (const { state, at } of found.history.slice(shown)) run.print(`  ${at.slice(11, 23)}  ${state}`);
    shown = found.history.length;
    return finalStates.includes(found.state) ? found : undefined;
  });
  if (message.state !== "Processed")
    throw new Error(`The import ended as ${message.state}: ${message.lastError ?? ""}`);
  const execution = await readJson<ManagedExecution>(
    await run.manager.send("GET", `/manage/api/executions/${message.executionId}`),
  );
  for (const { entity, created, updated, unchanged, failed } of execution.entities) {
    run.print(`  ${entity}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${failed} failed`);
  }
}

/** A run that was due when the service started may deliver earlier changes first; ours are in the next package then. */
async function receivePackage(run: DemoRun, stamp: string): Promise<void> {
  for (;;) {
    const delivery = await waitFor("the exported package", () => dequeue(run));
    run.print(`Dequeued a package, CorrelationId ${delivery.CorrelationId}`);
    const hasOurs = await showPackage(run, delivery, stamp);
    await acknowledge(run, delivery);
    if (hasOurs) return;
  }
}

async function dequeue({ client }: DemoRun): Promise<Delivery | undefined> {
  const response = await client.send("GET", `/api/connector/dequeue/${exportActivityId}`, { expected: [200, 204] });
  return response.status === 200 ? await readJson<Delivery>(response) : undefined;
}

async function showPackage({ client, print }: DemoRun, delivery: Delivery, stamp: string): Promise<boolean> {
  const response = await client.send("GET", delivery.DownloadLocation);
  const archive = await openPackageZip(bytesInMemory(new Uint8Array(await response.arrayBuffer())));
  print(
    `Downloaded it: ${archive.entries.map(({ name, inflatedBytes }) => `${name} (${inflatedBytes} bytes)`).join(", ")}`,
  );
  const data = archive.entries.find(({ name }) => name.endsWith(".csv"));
  if (!data) throw new Error("The package holds no data file.");
  const text = Buffer.from(await collectBytes(archive.open(data.name), 1_000_000, data.name)).toString("utf8");
  for (const row of text.trimEnd().split("\r\n")) print(`  ${row}`);
  return text.includes(stamp);
}

async function acknowledge({ client, print }: DemoRun, delivery: Delivery): Promise<void> {
  await client.send("POST", `/api/connector/ack/${exportActivityId}`, { body: JSON.stringify(delivery) });
  print("Acknowledged it.");
}

async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + waitMsMax;
  while (Date.now() < until) {
    const found = await look();
    if (found !== undefined) return found;
    await setTimeout(pollMs);
  }
  throw new Error(`Waited ${waitMsMax / 1000} s for ${what} in vain. .local/host.log says what the service did.`);
}
