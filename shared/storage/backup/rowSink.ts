import type { Ground, RowChange, RowValues } from "../ground/ground.ts";
import { transactionChangesMax } from "../ground/groundRules.ts";

/** Half of what a transaction may have, since its form on the wire is longer. */
const batchCharactersMax = 1_000_000;
const atOnceMax = 8;
/** Of all partitions that wait for more. */
const waitingMax = 5_000;

interface Batch {
  readonly table: string;
  readonly partitionKey: string;
  readonly rows: Map<string, RowValues>;
  characters: number;
}

/** Writes rows over whatever stands there, many in one request; each row once. */
export interface RowSink {
  put(table: string, partitionKey: string, rows: readonly KeyedRow[]): Promise<void>;
  /** Waits until all are written. */
  flush(): Promise<void>;
}

export interface KeyedRow {
  readonly rowKey: string;
  readonly values: RowValues;
}

export function rowSink(ground: Ground): RowSink {
  const batches = new Map<string, Batch>();
  const sender = batchSender(ground);
  let waiting = 0;

  async function send(batch: Batch): Promise<void> {
    const key = keyOf(batch);
    // Somebody else may have sent it by now.
    if (batches.get(key) !== batch) return;
    batches.delete(key);
    waiting -= batch.rows.size;
    await sender.send(batch);
  }

  async function sendAll(): Promise<void> {
    for (const batch of Array.from(batches.values())) await send(batch);
  }

  return {
    async put(table, partitionKey, rows) {
      for (const { rowKey, values } of rows) {
        const characters = JSON.stringify(values).length + rowKey.length;
        let batch = batches.get(keyOf({ table, partitionKey }));
        while (batch && (batch.rows.has(rowKey) || isFull(batch, characters))) {
          await send(batch);
          batch = batches.get(keyOf(batch));
        }
        batch ??= { table, partitionKey, rows: new Map(), characters: 0 };
        batches.set(keyOf(batch), batch);
        batch.rows.set(rowKey, values);
        batch.characters += characters;
        waiting += 1;
      }
      if (waiting > waitingMax) await sendAll();
    },
    async flush() {
      await sendAll();
      await sender.end();
    },
  };
}

/** Some at a time; what failed is thrown to whoever sends next, or waits for the end. */
function batchSender(ground: Ground) {
  const writing = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = (): void => {
    if (failure) throw failure.error;
  };
  return {
    async send({ table, partitionKey, rows }: Batch): Promise<void> {
      while (writing.size >= atOnceMax) await Promise.race(writing);
      check();
      const changes = [...rows].map(([rowKey, values]) => ({ kind: "upsert", rowKey, values }) as const);
      const done: Promise<void> = ground
        .table(table)
        .transact(partitionKey, changes)
        .then(
          () => undefined,
          (error: unknown) => void (failure ??= { error }),
        )
        .finally(() => writing.delete(done));
      writing.add(done);
    },
    async end(): Promise<void> {
      await Promise.all(writing);
      check();
    },
  };
}

function keyOf({ table, partitionKey }: Pick<Batch, "table" | "partitionKey">): string {
  return `${table}/${partitionKey}`;
}

function isFull({ rows, characters }: Batch, more: number): boolean {
  return rows.size >= transactionChangesMax || characters + more > batchCharactersMax;
}

/** What a transaction that makes rows would write. */
export function written(changes: readonly RowChange[]): readonly KeyedRow[] {
  return changes.flatMap((change) => (change.kind === "remove" ? [] : [change]));
}
