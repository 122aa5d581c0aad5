import { DomainError } from "../../domain/errors.ts";
import { type OutboundMessage, download } from "../../domain/outboundMessage.ts";
import type { Ports, Stored } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

export interface Download {
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a delivered message; it reads Downloaded once its last byte is on its way. Throws `notFound` for a
 * message that is unknown, another job's or without a file, and `conflict` for an earlier delivery.
 */
export async function downloadMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  correlationId: string,
): Promise<Download> {
  const stored = await findFile(ports, activityId, messageId);
  const startedAt = ports.clock.now();
  download(stored.value, correlationId, startedAt);
  const { direction, file = "", sizeBytes = 0 } = stored.value;
  ports.log.info("message.downloading", { activityId, messageId, direction });
  const markDone = async (): Promise<void> => {
    await mark(ports, activityId, messageId, correlationId);
    const durationMs = ports.clock.now() - startedAt;
    ports.log.info("message.downloaded", { activityId, messageId, direction, sizeBytes, durationMs });
  };
  return { sizeBytes, bytes: markAtEnd(ports.files.read("outbound", file), markDone) };
}

async function findFile(ports: Ports, activityId: string, messageId: string): Promise<Stored<OutboundMessage>> {
  const stored = await ports.messages.findOutbound(activityId, messageId);
  if (stored?.value.file !== undefined) return stored;
  throw new DomainError("notFound", "There is no such file for this job; it may be past its retention.");
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
