import { DomainError } from "../../domain/errors.ts";
import { type OutboundMessage, download } from "../../domain/outboundMessage.ts";
import type { FileFacts, Ports, Slice } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

export interface Download {
  readonly facts: FileFacts;
  /** The bytes, or a part of them. The part with the last byte marks the message. */
  readonly read: (slice?: Slice) => AsyncIterable<Uint8Array>;
}

/**
 * The package of a delivered message, known to be there. Throws `notFound` for a message that is unknown, another job's
 * or without a file, `gone` when storage has lost its file, and `conflict` for an earlier delivery.
 *
 * The message reads Downloaded once the last byte of its package is on its way, in whatever part that byte goes: who
 * takes a package in parts goes forward, and begins behind what an earlier, broken answer has brought. Counting all
 * parts would need a write for each, and still not know what arrived of the broken one.
 */
export async function downloadMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  correlationId: string,
): Promise<Download> {
  const message = await findDelivered(ports, activityId, messageId);
  const { file, direction } = message;
  download(message, correlationId, ports.clock.now());
  const facts = await ports.files.findFacts("outbound", file);
  if (!facts) throw gone(messageId);
  const { sizeBytes } = facts;
  const read = ({ offset, length = sizeBytes - offset }: Slice = { offset: 0 }): AsyncIterable<Uint8Array> => {
    const startedAt = ports.clock.now();
    ports.log.info("message.downloading", { activityId, messageId, direction });
    const bytes = ports.files.read("outbound", file, offset, length);
    if (offset + length < sizeBytes) return bytes;
    return markAtEnd(bytes, async () => {
      await mark(ports, activityId, messageId, correlationId);
      const durationMs = ports.clock.now() - startedAt;
      ports.log.info("message.downloaded", { activityId, messageId, direction, sizeBytes, durationMs });
    });
  };
  return { facts, read };
}

async function findDelivered(
  ports: Ports,
  activityId: string,
  messageId: string,
): Promise<OutboundMessage & { readonly file: string }> {
  const message = (await ports.messages.findOutbound(activityId, messageId))?.value;
  if (message?.file !== undefined) return { ...message, file: message.file };
  throw new DomainError("notFound", "There is no such file for this job; it may be past its retention.");
}

function gone(messageId: string): DomainError {
  const message = `The package of message ${messageId} is no longer stored. Ask for the job to be run again.`;
  return new DomainError("gone", message);
}

/** Marks before the last chunk goes out: a client that has all bytes may acknowledge at once. */
async function* markAtEnd(
  source: AsyncIterable<Uint8Array>,
  markDone: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of source) {
    if (held) yield held;
    held = chunk;
  }
  await markDone();
  if (held) yield held;
}

async function mark(ports: Ports, activityId: string, messageId: string, correlationId: string): Promise<void> {
  await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.findOutbound(activityId, messageId);
    // Handed out again while it was read: the newer delivery says what the message is.
    if (stored?.value.delivery?.correlationId !== correlationId) return undefined;
    const next = download(stored.value, correlationId, ports.clock.now());
    if (next === stored.value) return stored;
    return (await ports.messages.replace(stored, next)) ?? lost;
  });
}
