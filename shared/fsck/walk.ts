import { inParallel } from "../ports/inParallel.ts";
import { Unavailable } from "../ports/unavailable.ts";
import type { BlobItem, Blobs, Row, Table } from "../storage/ground/ground.ts";
import type { Doubt } from "./finding.ts";

const rowsAtOnce = 1000;
const blobsAtOnce = 1000;
const judgedAtOnce = 8;
const heldMax = 64;

export async function* partitionsOf(table: Table): AsyncGenerator<string> {
  for (let key = await table.nextPartition(""); key !== undefined; key = await table.nextPartition(key)) yield key;
}

/** All rows of a partition, or those of a range of keys, in the order of their keys. */
export async function* rowsOf(
  table: Table,
  partitionKey: string,
  range: { readonly from?: string; readonly below?: string } = {},
): AsyncGenerator<Row> {
  let continuation: string | undefined;
  do {
    const page = await table.list(partitionKey, { ...range, limit: rowsAtOnce, ...(continuation && { continuation }) });
    yield* page.rows;
    continuation = page.continuation;
  } while (continuation !== undefined);
}

export async function* blobsOf(blobs: Blobs, prefix = ""): AsyncGenerator<BlobItem> {
  let continuation: string | undefined;
  do {
    const page = await blobs.list(prefix, { limit: blobsAtOnce, ...(continuation && { continuation }) });
    yield* page.items;
    continuation = page.continuation;
  } while (continuation !== undefined);
}

export interface Judging<T> {
  readonly placeOf: (item: T) => string;
  readonly judge: (item: T) => Promise<readonly Doubt[]>;
  readonly seen: () => void;
}

/** What is doubtful of each, some of them at a time. What cannot be read is a doubt of its own. */
export async function* judgeEach<T>(items: AsyncIterable<T>, judging: Judging<T>): AsyncGenerator<Doubt> {
  let held: T[] = [];
  async function* judgeHeld(): AsyncGenerator<Doubt> {
    const doubts = await inParallel(held, judgedAtOnce, (item) => judgeOne(item, judging));
    held = [];
    yield* doubts.flat();
  }
  for await (const item of items) {
    held.push(item);
    if (held.length >= heldMax) yield* judgeHeld();
  }
  yield* judgeHeld();
}

async function judgeOne<T>(item: T, judging: Judging<T>): Promise<readonly Doubt[]> {
  const { placeOf, judge, seen } = judging;
  seen();
  const place = placeOf(item);
  try {
    return await judge(item);
  } catch (error) {
    const what = whyUnreadable(error);
    return [
      {
        kind: "unreadable",
        place,
        what,
        todo: "If a newer version wrote it, use that one. Else restore it from a backup.",
        isStill: async () => (await failureOf(() => judge(item))) !== undefined,
      },
    ];
  }
}

async function failureOf(run: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return whyUnreadable(error);
  }
}

/** Throws what says nothing of the thing itself: storage that does not answer, or a person who ended this. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof Unavailable || !(error instanceof Error) || error.name === "AbortError") throw error;
  return error.message;
}
