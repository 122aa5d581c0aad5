import type { Execution } from "../../domain/execution.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { withoutHolders } from "../entityStore/manifest.ts";
import type { Ground } from "../ground/ground.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { executionPartition, executionRows } from "../lists/executionList.ts";
import type { BackupReader, BroughtBlob, DocumentLine } from "./backup.ts";
import { type Times, listedNow } from "./restoreMessages.ts";
import type { RowSink } from "./rowSink.ts";

const atOnce = 8;
const places: ReadonlySet<string> = new Set(Object.values(containerNames));

/** All blobs of a backup. One that stands there already, by a restore that was cut off, is left as it is. */
export async function restoreBlobs(
  ground: Ground,
  reader: BackupReader,
  tell: (blobs: number, bytes: number) => void,
): Promise<void> {
  let [blobs, bytes] = [0, 0];
  await eachAtOnce(reader.blobs(), async (blob) => {
    await restoreBlob(ground, reader, blob);
    tell((blobs += 1), (bytes += blob.sizeBytes));
  });
}

async function restoreBlob(ground: Ground, reader: BackupReader, blob: BroughtBlob): Promise<void> {
  const { container, name, metadata, sizeBytes } = blob;
  const target = ground.blobs(container);
  const there = await target.findFacts(name);
  const stored = there ?? (await target.putStream(name, reader.open(blob), { condition: "new", metadata }));
  if (stored?.sizeBytes === sizeBytes) return;
  throw new Error(`The blob ${container}/${name} of the target has ${stored?.sizeBytes ?? 0} bytes, not ${sizeBytes}.`);
}

/** What changes in place, for a place where nobody is at it; executions with their places in the list of all. */
export async function restoreDocuments(ground: Ground, reader: BackupReader, sink: RowSink, times: Times) {
  await eachAtOnce(reader.read("documents"), async (line) => {
    const { container, name, bytes: text } = line as DocumentLine;
    if (!places.has(container)) throw new Error(`The backup has a document for ${container}, which no system has.`);
    const bytes = Buffer.from(text, "base64");
    if (container === containerNames.executions) await listExecution(sink, bytes, times);
    const isManifest = /^([^/]+\/)?manifests\//.test(name) && container !== containerNames.executions;
    await ground.blobs(container).put(name, isManifest ? withoutHolders(bytes) : bytes, { condition: "any" });
  });
  await sink.flush();
}

async function listExecution(sink: RowSink, bytes: Uint8Array, times: Times): Promise<void> {
  const execution = JSON.parse(Buffer.from(bytes).toString("utf8")) as Execution;
  const rows = executionRows(execution).map((row) => listedNow(row, times));
  await sink.put(tableNames.lists, executionPartition, rows);
}

async function eachAtOnce<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  let some: T[] = [];
  const flush = async (): Promise<void> => {
    await inParallel(some, atOnce, work);
    some = [];
  };
  for await (const item of items) {
    some.push(item);
    if (some.length >= 8 * atOnce) await flush();
  }
  await flush();
}
