import { randomUUID } from "node:crypto";
import type { Ground, Queue, QueueItem, Row, RowRange, Table } from "../../shared/storage/ground/ground.ts";
import type { MemoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";

export interface GroundHarness {
  readonly ground: Ground;
  /** Lets time pass: a clock that is set in memory, the real one elsewhere. */
  readonly advance: (durationMs: number) => Promise<void>;
  /** How many rows the paging tests write: over a thousand where rows are cheap. */
  readonly manyRows: number;
  /** Puts a block under an address that a valet gave, or all of the blob without an id; false where it is refused. */
  readonly put: (address: string, id: string | undefined, bytes: Uint8Array) => Promise<boolean>;
  /** Reads what an address leads to; undefined where it is refused. */
  readonly get: (address: string) => Promise<Fetched | undefined>;
}

interface Fetched {
  readonly text: string;
  readonly disposition: string;
}

/** A name that no other test uses and that tables, containers and queues all accept. */
export function freshName(): string {
  return `t${randomUUID().replaceAll("-", "")}`;
}

export function insertRow(rowKey: string, number = 0) {
  return { kind: "insert", rowKey, values: { number } } as const;
}

export async function fillTable(table: Table, partitionKey: string, rowKeys: readonly string[]): Promise<void> {
  for (let at = 0; at < rowKeys.length; at += 100) {
    await table.transact(
      partitionKey,
      rowKeys.slice(at, at + 100).map((rowKey) => insertRow(rowKey)),
    );
  }
}

/** Follows continuations to the end. */
export async function listAll(
  table: Table,
  partitionKey: string,
  range: RowRange,
): Promise<readonly (readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  let continuation: string | undefined;
  do {
    const page = await table.list(partitionKey, continuation === undefined ? range : { ...range, continuation });
    pages.push(page.rows);
    continuation = page.continuation;
  } while (continuation !== undefined && pages.length < 10_000);
  return pages;
}

export function keysOf(pages: readonly (readonly Row[])[]): readonly string[] {
  return pages.flat().map((row) => row.rowKey);
}

export async function readAll(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> {
  if (!stream) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Bytes that differ from place to place, so that a block in the wrong place shows. */
export function patternBytes(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}

/** Yields every chunk in one and the same buffer, as a source that saves memory may. */
export async function* reusedChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const part = bytes.subarray(at, at + chunkBytes);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
    buffer.fill(0);
  }
}

export async function* failingAfter(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  yield* reusedChunks(bytes, chunkBytes);
  throw new Error("the caller hung up");
}

/** As a client does that has nothing but the address. */
export async function putOverHttp(address: string, id: string | undefined, bytes: Uint8Array): Promise<boolean> {
  const block = id === undefined ? "" : `&comp=block&blockid=${encodeURIComponent(id)}`;
  const headers = { "x-ms-blob-type": "BlockBlob" };
  const answer = await fetch(`${address}${block}`, { method: "PUT", headers, body: Buffer.from(bytes) });
  await answer.arrayBuffer();
  return answer.status === 201;
}

export async function getOverHttp(address: string): Promise<Fetched | undefined> {
  const answer = await fetch(address);
  const text = await answer.text();
  return answer.ok ? { text, disposition: answer.headers.get("content-disposition") ?? "" } : undefined;
}

/** The same in memory. */
export function getInMemory(ground: MemoryGround): GroundHarness["get"] {
  return async (address) => {
    const found = await ground.valet(new URL(address).host).get(address);
    return found && { text: Buffer.from(found.bytes).toString(), disposition: found.disposition };
  };
}

export function putInMemory(ground: MemoryGround): GroundHarness["put"] {
  return async (address, id, bytes) => {
    const valet = ground.valet(new URL(address).host);
    return id === undefined ? valet.putAll(address, bytes) : valet.putBlock(address, id, bytes);
  };
}

/** Receives until something is visible: at most about 10 seconds of the harness's time. */
export async function receiveSoon(harness: GroundHarness, queue: Queue, visibilityMs: number): Promise<QueueItem> {
  for (let tries = 0; tries < 50; tries += 1) {
    const [item] = await queue.receive(1, visibilityMs);
    if (item) return item;
    await harness.advance(200);
  }
  throw new Error("No message became visible in time.");
}
