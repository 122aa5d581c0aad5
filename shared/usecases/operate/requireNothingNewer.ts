import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type Reach, isOverridden } from "../../domain/newerMessages.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";

const pageMessages = 200;
const pagesMax = 50;
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
  job: RecurringJob | undefined,
  message: InboundMessage,
): Promise<void> {
  const { messages, isCut } = await findNewer(ports, job, message);
  if (messages.length === 0 && !isCut) return;
  const newer = isCut
    ? `More than ${pageMessages * pagesMax} messages came later, and not all were looked at`
    : `What came later may be in the same records by now: ${messages.map(toName).join(", ")}`;
  const text = `${newer}. Another run of this message would write its older values over it. ${offer(message)} To write all of it all the same, ask with force=true.`;
  throw new DomainError("conflict", text);
}

interface NewerMessages {
  /** At most a few, the newest first. */
  readonly messages: readonly InboundMessage[];
  /** The look stopped after very many messages, and found none among them. */
  readonly isCut: boolean;
}

/** The messages behind this one in the backlog that may have brought newer values for the same records. */
async function findNewer(ports: Ports, job: RecurringJob | undefined, message: InboundMessage): Promise<NewerMessages> {
  const reach = await reachOf(ports, job, message);
  const found: InboundMessage[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { items, continuation: next } = await ports.messages.list(message.activityId, {
      limit: pageMessages,
      ...(continuation && { continuation }),
    });
    for (const item of items) {
      if (item.enqueuedAt < message.enqueuedAt - uploadMsMax) return { messages: found, isCut: false };
      if (item.direction === "import" && isOverridden(message, item, reach)) found.push(item);
      if (found.length === namedMax) return { messages: found, isCut: false };
    }
    continuation = next;
    if (continuation === undefined) return { messages: found, isCut: false };
  }
  return { messages: found, isCut: found.length === 0 };
}

/** What is no longer known is taken to reach as far as it can. */
async function reachOf(ports: Ports, job: RecurringJob | undefined, message: InboundMessage): Promise<Reach> {
  const isPackage = job?.source === "package" || message.entity === undefined;
  if (isPackage) return { isPackage, isPerCompany: false };
  const entity = await ports.definitions.find("entity", message.entity);
  return { isPackage, isPerCompany: entity?.value.isPerCompany ?? false };
}

function offer({ state }: InboundMessage): string {
  return state === "ProcessedWithErrors"
    ? "Retry its rejected rows alone, with rows=rejected, or mend the failed records of its execution and push them."
    : "Push what is still wanted of it as a new file.";
}

const nameCharactersMax = 60;

function toName({ id, state, externalIdentifier }: InboundMessage): string {
  const name = externalIdentifier === undefined ? "" : `"${externalIdentifier.slice(0, nameCharactersMax)}", `;
  return `message ${id} (${name}${state})`;
}
