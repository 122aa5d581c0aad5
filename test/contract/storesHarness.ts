import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import { acceptMessage } from "../../shared/domain/inboundMessage.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import { newExport } from "../../shared/domain/outboundMessage.ts";
import { lost, untilWon } from "../../shared/ports/untilWon.ts";
import type { Messages } from "../../shared/ports.ts";
import type { Page, PageRequest } from "../../shared/ports/stored.ts";
import type { KeyChange } from "../../shared/ports/idempotency.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";

export interface OpenStores {
  readonly stores: StoragePorts;
  /** The same ground as another process sees it, with nothing in memory. */
  readonly others: StoragePorts;
  readonly ground: Ground;
  /** Lets time pass on the ground. */
  readonly advance: (durationMs: number) => Promise<void>;
}

/** Empty stores for one test. */
export type OpenStoresFor = () => Promise<OpenStores>;

export const noon = Date.UTC(2026, 0, 1, 12);
export const applicationId = "0b000000-0000-4000-8000-00000000000b";

/** A UUIDv7 of that moment, the same each time. */
export function idAt(timeMs: number, number = 0): string {
  const time = timeMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The activity id of the nth job of a test. */
export function job(number: number): string {
  return `a0000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export function guid(number: number): string {
  return `c0000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export function inbound(number: number, changes: Partial<InboundMessage> = {}): InboundMessage {
  const id = idAt(noon + number, number);
  const sha256 = number.toString(16).padStart(64, "0");
  const facts = { id, activityId: job(1), order: "", enqueuedAt: noon + number, applicationId, sizeBytes: 10, sha256 };
  return { ...acceptMessage(facts), ...changes };
}

export function outbound(number: number, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  const at = noon + number;
  return { ...newExport({ id: idAt(at, number), activityId: job(1), dueAt: at, enqueuedAt: at }), ...changes };
}

/** Puts a message in its line, with the keys that are to stand for it. */
export async function accept(
  messages: Messages,
  message: InboundMessage,
  keys: readonly KeyChange[] = [],
): Promise<InboundMessage> {
  return untilWon("The line of a test", async () => {
    const gate = await messages.findGate(message.activityId);
    return (await messages.insertInbound(message, { gate, keys })) ?? lost;
  });
}

/** Every page of a list, of `limit` items each. */
export async function pagesOf<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let continuation: string | undefined;
  do {
    const page = await list(continuation === undefined ? { limit } : { limit, continuation });
    pages.push([...page.items]);
    continuation = page.continuation;
  } while (continuation !== undefined && pages.length < 1000);
  return pages;
}

export async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text, "utf8");
}

export async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** The value, where the test knows that there is one. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("There is nothing where the test expects something.");
  return value;
}
