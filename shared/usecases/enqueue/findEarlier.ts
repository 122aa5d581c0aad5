import type { AcceptedUpload } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import { underWay } from "./underWay.ts";

/** As long as an upload to an instance of the first release may take, whose keys show no sign of life. */
const uploadMsMax = 10 * 60_000;

/**
 * What the first release accepted under a key within the window. Throws `conflict` while one of its requests may be on
 * its way with the key.
 */
export async function findEarlier(
  ports: Ports,
  activityId: string,
  key: string,
  windowMs = Number.POSITIVE_INFINITY,
): Promise<AcceptedUpload | undefined> {
  const record = await ports.idempotency.findEarlier(activityId, key);
  const ageMs = ports.clock.now() - (record?.reservedAt ?? 0);
  if (!record || ageMs >= windowMs) return undefined;
  const { messageId } = record;
  const message = (await ports.messages.findInbound(activityId, messageId))?.value;
  if (message) return { messageId, sha256: message.sha256, target: message };
  if (record.sha256 !== undefined) return { messageId, sha256: record.sha256 };
  if (ageMs < uploadMsMax) throw underWay();
  return undefined;
}
