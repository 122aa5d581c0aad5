import { isDeepStrictEqual } from "node:util";
import type { Execution } from "../../domain/execution.ts";
import { executionIdsOf } from "../../domain/message.ts";
import type { Message } from "../../ports.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { toMessage } from "../messages/messageRows.ts";
import type { BroughtBlob, Container, DocumentLine, KeptBlob, LineWriter, RowLine } from "./backup.ts";
import { blobsIn, bringRecords, commitsOf, pinManifests } from "./takeRecords.ts";
import { toLine } from "./takeRows.ts";
import { type Taking, findDocument } from "./taking.ts";

const messagesAtOnce = 8;
const windowLines = 64;
const looksMax = 5;

/** A row with all that belongs to it. */
interface Whole {
  readonly line: RowLine;
  readonly blobs: readonly BroughtBlob[];
  readonly documents: readonly DocumentLine[];
}

/**
 * Brings the files of the messages that were taken, and writes each message down once more when it has them. One that the
 * retention took meanwhile is left out, as it is in the service.
 */
export async function takeFiles(
  taking: Taking,
  drafted: AsyncIterable<unknown>,
  lines: LineWriter,
  documents: LineWriter,
): Promise<void> {
  let some: RowLine[] = [];
  const flush = async (): Promise<void> => {
    for (const whole of await inParallel(some, messagesAtOnce, (line) => makeWhole(taking, line))) {
      if (!whole) continue;
      await taking.note(whole.blobs);
      for (const document of whole.documents) await documents.write(document);
      await lines.write(whole.line);
    }
    some = [];
  };
  for await (const line of drafted) {
    some.push(line as RowLine);
    if (some.length >= windowLines) await flush();
  }
  await flush();
}

async function makeWhole(taking: Taking, drafted: RowLine): Promise<Whole | undefined> {
  if (!drafted.k.startsWith("m_")) return { line: drafted, blobs: [], documents: [] };
  let line = drafted;
  for (let looks = 0; ; looks++) {
    const { value } = toMessage({ partitionKey: line.p, rowKey: line.k, values: line.v, etag: "" });
    const files = await bringFiles(taking, value);
    const row =
      files.absent.length > 0 ? await taking.ground.table(tableNames.messages).find(line.p, line.k) : undefined;
    const isAsItWas = row === undefined || isDeepStrictEqual(row.values, line.v);
    if (files.absent.length > 0 && !row) return undefined;
    if (isAsItWas || looks >= looksMax) {
      // Its file is lost, and the message tells of it as before.
      files.absent.forEach(taking.noteMissing);
      return { line, ...files };
    }
    line = toLine(row);
  }
}

interface Files extends Omit<Whole, "line"> {
  readonly absent: readonly Pick<KeptBlob, "container" | "name">[];
}

async function bringFiles(taking: Taking, message: Message): Promise<Files> {
  const blobs: BroughtBlob[] = [];
  const documents: DocumentLine[] = [];
  const absent: { container: Container; name: string }[] = [];
  for (const file of filesOf(message)) {
    const brought = await bringFile(taking, file);
    if (brought) blobs.push(brought);
    else absent.push(file);
  }
  for (const id of executionIdsOf(message)) {
    const found = await bringExecution(taking, id);
    blobs.push(...found.blobs);
    documents.push(...found.documents);
  }
  return { blobs, documents, absent };
}

function filesOf(message: Message): readonly { readonly container: Container; readonly name: string }[] {
  if (message.direction === "import") return [{ container: containerNames.inbound, name: message.id }];
  const names = [message.id, ...(message.file === undefined ? [] : [message.file])];
  return names.map((name) => ({ container: containerNames.outbound, name }));
}

async function bringFile(taking: Taking, file: { container: Container; name: string }) {
  const facts = await taking.ground.blobs(file.container).findFacts(file.name);
  const { sizeBytes = 0, metadata = {} } = facts ?? {};
  const [brought] = (facts && (await taking.bring([{ ...file, sizeBytes, metadata }]))) ?? [];
  return brought;
}

/** The execution with its result files, and its rows in staging. What is gone went with the message. */
async function bringExecution(taking: Taking, id: string): Promise<Omit<Files, "absent">> {
  const container = containerNames.executions;
  const blobs: BroughtBlob[] = [];
  const documents: DocumentLine[] = [];
  let isStaged = false;
  for await (const { name, sizeBytes, metadata } of blobsIn(taking.ground.blobs(container), `${id}/`)) {
    if (name === `${id}/execution.json`) {
      const found = await findDocument(taking, container, name);
      if (found) documents.push(found);
      isStaged = found !== undefined && mayBeStaged(found);
    } else blobs.push(...((await taking.bring([{ container, name, sizeBytes, metadata }])) ?? []));
  }
  if (!isStaged) return { blobs, documents };
  const staged = await bringStagedRows(taking, id);
  return { blobs: [...blobs, ...staged.blobs], documents: [...documents, ...staged.documents] };
}

function mayBeStaged({ bytes }: DocumentLine): boolean {
  const { entities, finishedAt } = JSON.parse(Buffer.from(bytes, "base64").toString("utf8")) as Execution;
  return finishedAt === undefined || entities.some(({ staging }) => staging !== undefined);
}

async function bringStagedRows(taking: Taking, id: string): Promise<Omit<Files, "absent">> {
  const place = { container: containerNames.staging, folder: `${id}/` };
  const blobs: BroughtBlob[] = [];
  const documents: DocumentLine[] = [];
  for await (const pinned of pinManifests(taking, place)) {
    const found = await bringRecords(taking, place, pinned);
    if (!found) continue;
    blobs.push(...found.segments);
    documents.push(found.manifest);
  }
  for await (const commit of commitsOf(taking, place)) documents.push(commit);
  return { blobs, documents };
}
