import { auditPartition } from "../ledger/audit.ts";
import type { Ground } from "../ground/ground.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { type KeyRange, keysWith } from "../rows/rowPages.ts";
import type { BackupFacts, BackupWriter, Container, DocumentLine, KeptTable, LineWriter, TellGoing } from "./backup.ts";
import { takeDefinitions } from "./takeDefinitions.ts";
import { takeFiles } from "./takeFiles.ts";
import { takeMessages } from "./takeMessages.ts";
import { blobsIn, bringRecords, commitsOf, pinManifests } from "./takeRecords.ts";
import { takeRows } from "./takeRows.ts";
import { type Taking, startTaking } from "./taking.ts";

export interface BackupOrder {
  readonly id: string;
  /** Of the program. */
  readonly version: string;
  readonly now: () => number;
  readonly tell: TellGoing;
}

const records = { container: containerNames.entities, folder: "" };
const blobsPerBatch = 64;

/**
 * Takes a backup while the service is at work, and writes nothing to it. What follows is read after what it follows from
 * where it must not be there alone, and before it where it must not lack:
 * - schedules, then due times, then messages: what has moved on is there as well;
 * - messages, then the manifests of all entities: what a message says of its records is so, and a message that has not ended
 *   finds its commit when it is done again;
 * - messages, then definitions: what they speak of is defined.
 * Files come last, by the messages that name them. They are written once, so that it does not matter when they are read.
 */
export async function takeBackup(ground: Ground, writer: BackupWriter, order: BackupOrder): Promise<BackupFacts> {
  const startedAt = order.now();
  const taking = startTaking(ground, writer, startedAt, order.tell);
  await takeLedgers(taking);
  await withLines(taking, tableNames.messages, (lines) =>
    takeMessages(ground.table(tableNames.messages), lines, startedAt),
  );
  await withLines(taking, "pins", async (lines) => {
    for await (const pinned of pinManifests(taking, records)) await lines.write(pinned);
  });
  await takeDefinitions(ground.table(tableNames.definitions), taking);
  await takeOthers(taking);
  await takeBlobs(taking);
  const { counts, missing } = taking;
  const facts = { ...counts, id: order.id, version: order.version, startedAt, endedAt: order.now(), missing };
  await writer.finish(facts);
  return facts;
}

async function withLines<T>(
  taking: Pick<Taking, "begin">,
  section: Parameters<Taking["begin"]>[0],
  work: (lines: LineWriter) => Promise<T>,
): Promise<T> {
  const lines = await taking.begin(section);
  const done = await work(lines);
  await lines.end();
  return done;
}

/** Rows that only find others by a time are made anew. */
async function takeLedgers(taking: Taking): Promise<void> {
  await takeTable(taking, tableNames.schedules, ({ rowKey }) => rowKey.startsWith("job_"));
  await takeTable(taking, tableNames.occurrences, ({ rowKey }) => !rowKey.startsWith("w_"));
}

async function takeOthers(taking: Taking): Promise<void> {
  // Pointers on a queue are not in a backup, and what is noted of them would keep new ones from it.
  await takeTable(taking, tableNames.webhooks, ({ rowKey }) => !/^[qp]_/.test(rowKey));
  await takeTable(taking, tableNames.loadSamples);
  await takeTable(taking, tableNames.idempotency);
  const inTrail = keysWith("all_");
  await takeTable(taking, tableNames.audit, undefined, (key) => (key === auditPartition ? inTrail : undefined));
}

async function takeTable(
  { ground, begin }: Taking,
  name: KeptTable,
  isMeant: (row: { readonly rowKey: string }) => boolean = () => true,
  rangeOf: (partitionKey: string) => KeyRange | undefined = () => undefined,
): Promise<void> {
  await withLines({ begin }, name, (lines) => takeRows(ground.table(name), lines, rangeOf, isMeant));
}

async function takeBlobs(taking: Taking): Promise<void> {
  await withLines(taking, "documents", async (documents) => {
    for await (const pinned of taking.readBack("pins")) await takeRecords(taking, documents, pinned as DocumentLine);
    for await (const commit of commitsOf(taking, records)) await documents.write(commit);
    await takeAllBelow(taking, containerNames.definitions, "");
    await takeAllBelow(taking, containerNames.executions, "samples/");
    const drafted = taking.readBack(tableNames.messages);
    await withLines(taking, tableNames.messages, (lines) => takeFiles(taking, drafted, lines, documents));
  });
}

async function takeRecords(taking: Taking, documents: LineWriter, pinned: DocumentLine): Promise<void> {
  const found = await bringRecords(taking, records, pinned);
  if (!found) return;
  await taking.note(found.segments);
  await documents.write(found.manifest);
}

/** Blobs that are never changed; one that is gone by then belongs to nothing. */
async function takeAllBelow(taking: Taking, container: Container, prefix: string): Promise<void> {
  let some: { container: Container; name: string; sizeBytes: number; metadata: Readonly<Record<string, string>> }[] =
    [];
  const flush = async (): Promise<void> => {
    const brought = await taking.bring(some);
    if (brought) await taking.note(brought);
    else for (const blob of some) await taking.note((await taking.bring([blob])) ?? []);
    some = [];
  };
  for await (const { name, sizeBytes, metadata } of blobsIn(taking.ground.blobs(container), prefix)) {
    some.push({ container, name, sizeBytes, metadata });
    if (some.length >= blobsPerBatch) await flush();
  }
  await flush();
}
