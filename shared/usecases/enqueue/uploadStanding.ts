import { type BlockSpan, type BlockUpload, blockCountOf, wholenessOf } from "../../domain/blockUpload.ts";
import { DomainError } from "../../domain/errors.ts";
import { clientKey, uploadIdKey } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";

/** An upload that waits for bytes or for its commit, or the message that it became. */
export type UploadStanding =
  | {
      readonly state: "open";
      readonly id: string;
      readonly upload: BlockUpload;
      /** Where its bytes go, until then; asked for again it is made anew. */
      readonly address: { readonly url: string; readonly until: number };
      readonly receivedBlocks: number;
      readonly missing: readonly BlockSpan[];
    }
  | { readonly state: "committed"; readonly id: string; readonly messageId: string };

/** Long enough for a large file on a slow line, and no longer than needed where an address gets into wrong hands. */
const addressMs = 2 * 3_600_000;

/** The key that stands for an upload once it is committed. */
export function keyOf({ id, idempotencyKey }: Pick<BlockUpload, "id" | "idempotencyKey">): string {
  return idempotencyKey === undefined ? uploadIdKey(id) : clientKey(idempotencyKey);
}

/** Throws `notFound` for an upload that the job does not have, and `gone` for one whose time is over. */
export async function findUploadStanding(ports: Ports, activityId: string, uploadId: string): Promise<UploadStanding> {
  const upload = await ports.uploads.find(activityId, uploadId);
  if (upload) return standingOf(ports, upload);
  const messageId = await findCommitted(ports, activityId, { id: uploadId });
  if (messageId !== undefined) return { state: "committed", id: uploadId, messageId };
  throw noUpload();
}

export async function standingOf(ports: Ports, upload: BlockUpload): Promise<UploadStanding> {
  const { id, activityId, sizeBytes } = upload;
  const messageId = await findCommitted(ports, activityId, upload);
  if (messageId !== undefined) return { state: "committed", id, messageId };
  const until = requireOpen(ports, upload);
  const wholeness = wholenessOf(upload, await ports.uploads.look(upload));
  const url = await ports.uploads.addressOf(upload, until);
  const { receivedBlocks, missing } =
    wholeness.kind === "missing" ? wholeness : { receivedBlocks: blockCountOf(sizeBytes), missing: [] };
  return { state: "open", id, upload, address: { url, until }, receivedBlocks, missing };
}

async function findCommitted(
  ports: Ports,
  activityId: string,
  upload: Pick<BlockUpload, "id" | "idempotencyKey">,
): Promise<string | undefined> {
  const record = (await ports.idempotency.find(activityId, keyOf(upload)))?.value;
  return record?.accepted && record.messageId;
}

/** Until when an address may be given out now. */
function requireOpen(ports: Ports, { until }: BlockUpload): number {
  const now = ports.clock.now();
  if (now < until) return Math.min(until, now + addressMs);
  throw uploadOver(until);
}

function noUpload(): DomainError {
  return new DomainError("notFound", "The job has no such upload; it may have been cleared away. Reserve it anew.");
}

export function uploadOver(until: number): DomainError {
  const ended = new Date(until).toISOString();
  return new DomainError(
    "gone",
    `The upload had to be committed by ${ended}. Reserve it anew, with another Idempotency-Key.`,
  );
}
