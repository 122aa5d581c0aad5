import { oneBatch } from "../support/records.ts";
import { createHash } from "node:crypto";
import { entityId } from "../../shared/domain/entityId.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Stage } from "../support/crashSweep.ts";
import { asGroups, bytesOf, customerGroups } from "../support/definitions.ts";
import { enqueue, plainUpload, recordsOf, textOf } from "../usecases/world.ts";

const bytesMax = 1024 * 1024;
export const ref = { entityId: entityId(customerGroups), company: "USMF" };

/** Pushes one body; a client that got no answer calls it again with the same key. */
export async function push(
  stage: Stage,
  job: RecurringJob,
  body: string | Uint8Array,
  idempotencyKey: string | undefined,
): Promise<void> {
  const upload = { ...plainUpload, idempotencyKey, body: bytesOf(body) };
  const messageId = await enqueue(stage.ports(), job, upload);
  const sha256 = createHash("sha256").update(body).digest("hex");
  stage.accepted.push({ activityId: job.activityId, messageId, sha256 });
}

export function csv(...rows: readonly string[]): string {
  return ["CustomerGroupId,Description,CreditLimit", ...rows, ""].join("\r\n");
}

/** Rows of the file that an export delivers, and behind them those that it reports gone. */
async function readPackage(bytes: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const archive = await openPackageZip(bytesInMemory(await collectBytes(bytes, bytesMax, "the package")));
  const text = await textOf(archive.open("Customer groups.csv"));
  const rowsIn = (file: string): string[] => file.split("\r\n").slice(1, -1);
  const deleted = "Customer groups.deleted.csv";
  if (!archive.entries.some(({ name }) => name === deleted)) return rowsIn(text);
  return [...rowsIn(text), ...rowsIn(await textOf(archive.open(deleted))).map((row) => `gone ${row}`)];
}

interface Receipt {
  readonly correlationId: string;
  readonly popReceipt: string;
}

type Fetching = Pick<Stage, "ports" | "deliveries">;

/** Fetches and acknowledges until nothing waits; after a lost answer it first repeats what it did last. */
export function fetchingClient(job: RecurringJob): (stage: Fetching) => Promise<void> {
  const unconfirmed = new WeakMap<Fetching, Receipt>();
  return async (stage) => {
    for (;;) {
      const receipt = unconfirmed.get(stage);
      if (receipt) await acknowledgeMessage(stage.ports(), job, receipt);
      unconfirmed.delete(stage);
      const message = await dequeueMessage(stage.ports(), job);
      if (!message) return;
      const { correlationId, popReceipt } = message.delivery!;
      const download = await downloadMessage(stage.ports(), job.activityId, message.id, correlationId);
      const rows = await readPackage(download.read());
      stage.deliveries.set(message.id, rows);
      unconfirmed.set(stage, { correlationId, popReceipt });
    }
  };
}

/** Changes records on sound storage, as an import of another job would. */
export async function change(stage: Stage, idempotencyKey: string, ...records: readonly (readonly [string, string])[]) {
  await stage.ports().entities.upsert(ref, {
    idempotencyKey,
    fence: 1,
    columns: ["CUSTOMERGROUPID", "DESCRIPTION"],
    records: () => oneBatch(...records.map(([key, description]) => ({ key, values: [key, description] }))),
    truncateFirst: false,
    ...asGroups,
  });
}

/** `id description` of every record. */
export async function storedRecords(ports: Ports): Promise<readonly string[]> {
  return (await recordsOf(ports)).map(([id, description]) => `${id} ${description}`);
}
