import { DomainError } from "../../domain/errors.ts";
import { type OpenMessage, standingOf } from "../../domain/standing.ts";
import { isReleased } from "../../domain/inboundMessage.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { openJobIds } from "./jobIds.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** Of what one job has open; who needs all of such a job has its own list. */
const openMax = 1000;
const timeDigits = 16;

export type OpenStanding = OpenMessage["standing"];

interface Found extends OpenMessage {
  readonly activityId: string;
}

interface OpenPage extends Page<Message> {
  /** A job has more of them than were looked at. */
  readonly isCut: boolean;
}

/** The open messages of all jobs that stand so, the longest first. Costs what is open, and the messages of the page. */
export async function listOpen(ports: Ports, standing: OpenStanding, page: PageRequest): Promise<OpenPage> {
  const after = page.continuation === undefined ? "" : requirePlace(page.continuation);
  const open = await inParallel(await openJobIds(ports), readsAtOnceMax, async (activityId) => {
    const { items, isCut } = await ports.openMessages.listStanding(activityId, standing, openMax);
    return { items: items.map((message): Found => ({ ...message, activityId })), isCut };
  });
  const isCut = open.some((each) => each.isCut);
  const all = open.flatMap(({ items }) => items);
  const rest = all.filter((message) => placeOf(message) > after).toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const found = rest.slice(0, page.limit);
  const messages = await inParallel(found, readsAtOnceMax, ({ activityId, messageId }) =>
    ports.messages.find(activityId, messageId),
  );
  const items = messages.flatMap((stored) => (stored && standsSo(stored.value, standing) ? [stored.value] : []));
  const last = found.at(-1);
  return { items, isCut, ...(rest.length > found.length && last && { continuation: placeOf(last) }) };
}

function placeOf({ since, messageId }: OpenMessage): string {
  return `${since.toString().padStart(timeDigits, "0")}_${messageId}`;
}

function requirePlace(continuation: string): string {
  if (/^\d{16}_[0-9a-f-]{36}$/.test(continuation)) return continuation;
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", message, [{ path: "continuation", message }]);
}

function standsSo(message: Message, standing: OpenStanding): boolean {
  return standing === "parked"
    ? message.parked !== undefined && !isReleased(message)
    : standingOf(message) === standing;
}
