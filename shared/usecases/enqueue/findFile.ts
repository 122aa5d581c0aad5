import { isFinalImport } from "../../domain/inboundMessage.ts";
import { type UploadTarget, earlierFileKey, fileKey, isSameTarget } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import type { KeyChange } from "../../ports/idempotency.ts";
import { findEarlier } from "./findEarlier.ts";
import type { OpenBacklog } from "./openBacklog.ts";

interface UploadedFile {
  readonly sha256: string;
  readonly externalIdentifier: string | undefined;
  readonly target: UploadTarget;
}

/** The message that the same file became within the window, or the key that is to stand for it from now on. */
export type FoundFile =
  | { readonly kind: "accepted"; readonly messageId: string }
  | { readonly kind: "new"; readonly key?: Pick<KeyChange, "key" | "seen"> };

/** Looks for a file that a client sends again without an Idempotency-Key, where there is a duplicate window. */
export async function findFile(
  ports: Ports,
  { activityId, rules }: OpenBacklog,
  file: UploadedFile,
): Promise<FoundFile> {
  const { duplicateWindowMinutes } = rules;
  const { sha256, externalIdentifier, target } = file;
  if (duplicateWindowMinutes === 0 || externalIdentifier === undefined) return { kind: "new" };
  const windowMs = duplicateWindowMinutes * 60_000;
  const key = fileKey(sha256, externalIdentifier, target);
  const seen = await ports.idempotency.find(activityId, key);
  if (seen && ports.clock.now() - seen.value.reservedAt < windowMs) {
    const { messageId } = seen.value;
    return (await wasOther(ports, activityId, messageId))
      ? { kind: "new", key: { key, seen } }
      : { kind: "accepted", messageId };
  }
  const earlier = await findEarlier(ports, activityId, earlierFileKey(sha256, externalIdentifier), windowMs);
  if (earlier && isSameTarget(target, earlier.target ?? target)) {
    return { kind: "accepted", messageId: earlier.messageId };
  }
  return { kind: "new", key: { key, seen } };
}

/** Whether the message ended without a proof that it had the bytes of which its client told the hash. */
async function wasOther(ports: Ports, activityId: string, messageId: string): Promise<boolean> {
  const message = (await ports.messages.findInbound(activityId, messageId))?.value;
  return message?.isUnproven === true && isFinalImport(message);
}
