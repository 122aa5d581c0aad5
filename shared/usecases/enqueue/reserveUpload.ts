import { type BlockUpload, type BlockUploadFacts, isSameUpload } from "../../domain/blockUpload.ts";
import { DomainError } from "../../domain/errors.ts";
import { clientKey } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { requireSameUpload } from "./acceptUpload.ts";
import { chooseTarget } from "./checkUpload.ts";
import { type OpenBacklog, judgeBy } from "./openBacklog.ts";
import { type UploadStanding, standingOf } from "./uploadStanding.ts";

export interface Reservation extends BlockUploadFacts {
  readonly applicationId: string;
  readonly idempotencyKey: string | undefined;
}

/** Where the reserved upload stands, and whether this request made it. */
export type Reserved = UploadStanding & { readonly isNew: boolean };

/**
 * Makes room for a file that comes in blocks. Under the same key it is the same upload, and shows what of it came in: whoever
 * was cut off asks again and goes on. What an enqueue would be refused for before its body is refused here.
 */
export async function reserveUpload(ports: Ports, backlog: OpenBacklog, wish: Reservation): Promise<Reserved> {
  const { applicationId, idempotencyKey, ...facts } = wish;
  const { uploadBytesMax } = ports.settings;
  if (facts.sizeBytes > uploadBytesMax) throw uploadTooLarge(uploadBytesMax);
  const { entity, company } = facts;
  const target = await judgeBy(backlog, (by) => chooseTarget(ports, by, { entity, company }));
  const { activityId } = backlog;
  const id = idempotencyKey === undefined ? ports.ids.random() : idBehind(ports, activityId, idempotencyKey);
  if (idempotencyKey !== undefined) {
    const known = (await ports.idempotency.find(activityId, clientKey(idempotencyKey)))?.value;
    // Without a hash it is not known before the commit whether this is the same file.
    if (known?.accepted && facts.sha256 !== undefined) {
      const messageId = requireSameUpload(
        { sha256: facts.sha256, target, backlog },
        { ...known.accepted, messageId: known.messageId },
      );
      return { state: "committed", id, messageId, isNew: false };
    }
  }
  return untilWon(`Upload ${id}`, async () => {
    const found = await ports.uploads.find(activityId, id);
    if (found) return { ...(await goOn(ports, found, facts)), isNew: false };
    const upload = newUpload(ports, {
      ...facts,
      id,
      activityId,
      applicationId,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    if (!(await ports.uploads.reserve(upload))) return lost;
    return { ...(await standingOf(ports, upload)), isNew: true };
  });
}

/** The same key leads to the same upload, with no row between the two. */
function idBehind(ports: Ports, activityId: string, idempotencyKey: string): string {
  return ports.ids.derive(0, JSON.stringify([activityId, idempotencyKey]));
}

function newUpload(ports: Ports, facts: Omit<BlockUpload, "fileId" | "reservedAt" | "until">): BlockUpload {
  const reservedAt = ports.clock.now();
  return { ...facts, fileId: ports.ids.next(), reservedAt, until: reservedAt + ports.settings.uploadMs };
}

async function goOn(ports: Ports, found: BlockUpload, facts: BlockUploadFacts): Promise<UploadStanding> {
  if (!isSameUpload(found, facts)) {
    const message = "This Idempotency-Key was used for another upload. Use a new key for a new file.";
    throw new DomainError("unprocessable", message);
  }
  return standingOf(ports, found);
}

function uploadTooLarge(sizeBytesMax: number): DomainError {
  const megabytes = Math.floor(sizeBytesMax / 1024 / 1024);
  const message = `The file is larger than ${megabytes} MB. Split it, or raise MaxUploadMegabytes.`;
  return new DomainError("tooLarge", message, [{ path: "size", message }]);
}
