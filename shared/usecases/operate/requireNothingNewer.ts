import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type Reach, isOverridden } from "../../domain/newerMessages.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import { runsOfProject } from "../definitions/uses.ts";

const pageMessages = 200;
const pagesMax = 50;
const bringersMax = 500;
/** Of many newer messages the newest few are as good as all. */
const namedMax = 5;
/** An id is as old as its request, a place as its accept: so long may an upload take. */
const uploadMsMax = 60 * 60_000;

/**
 * Throws `conflict`, which names some of them, when another execution of the message would write older values over
 * newer ones.
 */
export async function requireNothingNewer(
  ports: Ports,
  order: RunOrder | undefined,
  message: InboundMessage,
): Promise<void> {
  const newer = await findNewer(ports, order, message, () => true);
  if (newer === undefined) return;
  const text = `${newer}. Another run of this message would write its older values over it. ${offer(message)} To write all of it all the same, ask with force=true.`;
  throw new DomainError("conflict", text);
}

/** The same of its rejected rows, changed. What mends others of these rows has none of them. */
export async function requireNothingNewerThanRows(
  ports: Ports,
  order: RunOrder | undefined,
  message: InboundMessage,
): Promise<void> {
  const origin = originOf(message);
  const newer = await findNewer(ports, order, message, (item) => item.mends?.origin.messageId !== origin.messageId);
  if (newer === undefined) return;
  const text = `${newer}. The mended rows would be written over it. To push them all the same, ask with force.`;
  throw new DomainError("conflict", text);
}

/** What came first of it, and when: its place in the backlog is as old. */
function originOf({ id, enqueuedAt, mends }: InboundMessage): NonNullable<InboundMessage["mends"]>["origin"] {
  return mends?.origin ?? { messageId: id, enqueuedAt };
}

/**
 * Names some messages that came behind this one and may have brought newer values for the same records, the newest first;
 * undefined when there are none. A project's own runs and those of its jobs bring the same records.
 */
async function findNewer(
  ports: Ports,
  order: RunOrder | undefined,
  message: InboundMessage,
  isMeant: (item: InboundMessage) => boolean,
): Promise<string | undefined> {
  const reach = await reachOf(ports, order, message);
  const from = originOf(message).enqueuedAt - uploadMsMax;
  const isNewer = (item: InboundMessage) => isOverridden(message, item, reach) && isMeant(item);
  let [pages, bringers] = [0, 0];
  for await (const activityId of bringersOf(ports, order, message)) {
    if (++bringers > bringersMax) return `More than ${bringersMax} jobs run the project, and not all were looked at`;
    const found: InboundMessage[] = [];
    let continuation: string | undefined;
    do {
      if (continuation && ++pages >= pagesMax) return named(found) ?? notAll;
      const page = { limit: pageMessages, ...(continuation && { continuation }) };
      const { items, continuation: next } = await ports.messages.list(activityId, page);
      const behind = items.findIndex((item) => item.enqueuedAt < from);
      const newer = behind < 0 ? items : items.slice(0, behind);
      found.push(...newer.flatMap((item) => (item.direction === "import" && isNewer(item) ? [item] : [])));
      continuation = behind < 0 ? next : undefined;
    } while (continuation !== undefined && found.length < namedMax);
    if (found.length > 0) return named(found);
  }
  return undefined;
}

const notAll = `More than ${pageMessages * pagesMax} messages came later, and not all were looked at`;

/** Where the messages are kept that may bring the same records, the message's own first. */
async function* bringersOf(
  ports: Ports,
  order: RunOrder | undefined,
  { activityId }: InboundMessage,
): AsyncGenerator<string> {
  yield activityId;
  if (!order) return;
  for await (const each of runsOfProject(ports, order.project)) if (each !== activityId) yield each;
}

function named(found: readonly InboundMessage[]): string | undefined {
  if (found.length === 0) return undefined;
  return `What came later may be in the same records by now: ${found.slice(0, namedMax).map(toName).join(", ")}`;
}

/** What is no longer known is taken to reach as far as it can. */
async function reachOf(ports: Ports, order: RunOrder | undefined, message: InboundMessage): Promise<Reach> {
  const isPackage = order?.source === "package" || message.entity === undefined;
  if (isPackage) return { isPackage, isPerCompany: false };
  const entity = await ports.definitions.find("entity", message.entity);
  return { isPackage, isPerCompany: entity?.value.isPerCompany ?? false };
}

function offer({ state }: InboundMessage): string {
  return state === "ProcessedWithErrors"
    ? "Retry its rejected rows alone, with rows=rejected, or mend them."
    : "Push what is still wanted of it as a new file.";
}

const nameCharactersMax = 60;

function toName({ id, state, externalIdentifier }: InboundMessage): string {
  const name = externalIdentifier === undefined ? "" : `"${externalIdentifier.slice(0, nameCharactersMax)}", `;
  return `message ${id} (${name}${state})`;
}
