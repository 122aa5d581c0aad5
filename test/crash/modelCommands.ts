import { type Arbitrary, type AsyncCommand, constant, constantFrom, nat, oneof, record } from "fast-check";
import { DomainError } from "../../shared/domain/errors.ts";
import { isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { MemoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { redeliverMessage } from "../../shared/usecases/operate/redeliverMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { type SharedClock, deliverWork, openHost } from "../support/crashHost.ts";
import { bytesOf, exportJob, importJob, operator } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { enqueue as sendUpload, plainUpload, textOf } from "../usecases/world.ts";
import { csv } from "./clients.ts";

export const inJob: RecurringJob = { ...importJob, isOrdered: true, onHeadError: "block", attemptsMax: 50 };
export const outJob: RecurringJob = { ...exportJob, attemptsMax: 50 };

interface Delivery {
  readonly messageId: string;
  readonly correlationId: string;
  readonly popReceipt: string;
  readonly expiresAt: number;
}

/** A body that was accepted, and the message that it became. */
export interface Pushed {
  readonly isGood: boolean;
  readonly messageId: string;
}

/** What somebody knows who only saw the requests and their answers. */
export interface Model {
  /** By idempotency key, in the order of acceptance: the body that counts, and the message that it became. */
  readonly pushed: Map<string, Pushed>;
  /** Messages that somebody was told are discarded. */
  readonly discarded: Set<string>;
  readonly handedOut: Delivery[];
  readonly acknowledged: Set<string>;
  /** CorrelationIds of deliveries whose file went out to its last byte. */
  readonly downloaded: Set<string>;
  /** CorrelationIds of deliveries that count no more, because the message was put back into its queue. */
  readonly withdrawn: Set<string>;
}

export interface Real {
  readonly ground: MemoryGround;
  readonly clock: SharedClock;
  readonly ports: Ports;
}

type Command = AsyncCommand<Model, Real>;

function command(name: string, run: Command["run"], check: Command["check"] = () => true): Command {
  return { check, run, toString: () => name };
}

function requireEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
}

/** The code of the refusal, or undefined when there was none. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

const bodyOf = (key: string, isGood: boolean): string => (isGood ? csv(`${key},${key},1`) : `Nothing\r\n${key}\r\n`);

/** The first push under a key, its repeat, and a push of another body are one command: the model tells them apart. */
function enqueue(key: string, isGood: boolean): Command {
  return command(`enqueue(${key}, ${isGood ? "good" : "bad"})`, async (model, { ports }) => {
    const known = model.pushed.get(key);
    const upload = { ...plainUpload, idempotencyKey: key, body: bytesOf(bodyOf(key, isGood)) };
    let messageId = "";
    const refusal = await refusalOf(async () => void (messageId = await sendUpload(ports, inJob, upload)));
    const isOtherBody = known !== undefined && known.isGood !== isGood;
    requireEqual("P3: the answer to an enqueue", refusal, isOtherBody ? "unprocessable" : undefined);
    if (isOtherBody) return;
    requireEqual("P3: the message of a key", messageId, known?.messageId ?? messageId);
    if (!known) model.pushed.set(key, { isGood, messageId });
  });
}

const dequeue = command("dequeue", async (model, { ports, clock }) => {
  const message = await dequeueMessage(ports, outJob);
  if (!message) return;
  const earlier = model.handedOut.filter((delivery) => delivery.messageId === message.id);
  const isHeld = earlier.some(
    ({ correlationId, expiresAt }) => expiresAt > clock.now() && !model.withdrawn.has(correlationId),
  );
  requireEqual("P5: an acknowledged message is handed out", model.acknowledged.has(message.id), false);
  requireEqual("P5: a held message is handed out", isHeld, false);
  requireEqual("P5: LastDequeueDateTime is set", message.lastDequeuedAt !== undefined, earlier.length > 0);
  const { correlationId, popReceipt, expiresAt } = message.delivery!;
  model.handedOut.push({ messageId: message.id, correlationId, popReceipt, expiresAt });
});

/** What a client does with one of its deliveries, in time, late or again: it counts until the next hand-out. */
function use(name: string, place: number, work: (real: Real, delivery: Delivery) => Promise<unknown>): Command {
  const run: Command["run"] = async (model, real) => {
    const delivery = model.handedOut[place % model.handedOut.length]!;
    const { messageId, correlationId } = delivery;
    const newest = model.handedOut.findLast((other) => other.messageId === messageId);
    const isAck = name === "acknowledge";
    const isFit = !isAck || model.downloaded.has(correlationId);
    const counts = newest === delivery && !model.withdrawn.has(correlationId) && isFit;
    const refusal = await refusalOf(() => work(real, delivery));
    requireEqual(`P5: the answer to ${name}`, refusal, counts ? undefined : "conflict");
    if (refusal !== undefined) return;
    if (isAck) model.acknowledged.add(messageId);
    else model.downloaded.add(correlationId);
  };
  return command(`${name}(${place})`, run, (model) => model.handedOut.length > 0);
}

const acknowledge = (place: number): Command =>
  use("acknowledge", place, ({ ports }, delivery) => acknowledgeMessage(ports, outJob, delivery));

const download = (place: number): Command =>
  use("download", place, async ({ ports }, { messageId, correlationId }) =>
    textOf((await downloadMessage(ports, outJob.activityId, messageId, correlationId)).read()),
  );

/** What was acknowledged waits again, as if nobody had it; nothing else does. */
function redeliver(place: number): Command {
  const run: Command["run"] = async (model, { ports }) => {
    const { messageId } = model.handedOut[place % model.handedOut.length]!;
    const refusal = await refusalOf(() => redeliverMessage(ports, outJob.activityId, messageId, operator));
    const isAcknowledged = model.acknowledged.delete(messageId);
    requireEqual("P5: the answer to a redelivery", refusal, isAcknowledged ? undefined : "conflict");
    if (refusal !== undefined) return;
    const earlier = model.handedOut.filter((delivery) => delivery.messageId === messageId);
    for (const { correlationId } of earlier) model.withdrawn.add(correlationId);
  };
  return command(`redeliver(${place})`, run, (model) => model.handedOut.length > 0);
}

const tick = command("tick", async (_, { ports }) => void (await startDueJobs(ports)));
const upkeep = command("upkeep", (_, { ports }) => keepUp(ports));
const work = command("work", (_, { ports, ground }) => deliverWork(ports, ground, () => false));

/** A worker dies at one of its calls to storage; what it had taken stays taken until its leases end. */
function crash(calls: number, isBefore: boolean): Command {
  const plan = isBefore ? { dieBefore: calls } : { dieAfter: calls };
  return command(`crash(${JSON.stringify(plan)})`, async (_, { ground, clock }) => {
    const faulty = faultyGround(ground, plan);
    try {
      await deliverWork(openHost(faulty.ground, clock), ground, faulty.isDead);
    } catch (error) {
      if (!faulty.isDead()) throw error;
    }
  });
}

const wait = (ms: number): Command => command(`wait(${ms / 1000} s)`, async (_, { clock }) => clock.advance(ms));

/** Of a message that ended badly there is another run; of any other there is none. */
function retry(place: number): Command {
  const run: Command["run"] = async (model, { ports }) => {
    const { messageId } = [...model.pushed.values()][place % model.pushed.size]!;
    const before = (await ports.messages.findInbound(inJob.activityId, messageId))!.value;
    const hasFailed = before.state === "PreProcessingError";
    const refusal = await refusalOf(() =>
      retryMessage(ports, inJob.activityId, messageId, operator, { isForced: true }),
    );
    const after = (await ports.messages.findInbound(inJob.activityId, messageId))!.value;
    requireEqual("P6: the answer to a retry", refusal, hasFailed ? undefined : "conflict");
    requireEqual("P6: the runs of a message", after.run, before.run + (hasFailed ? 1 : 0));
  };
  return command(`retry(${place})`, run, (model) => model.pushed.size > 0);
}

/** Whatever has not ended well is discarded for good, unless a worker that died still holds it, or has stored it. */
function discard(place: number): Command {
  const run: Command["run"] = async (model, { ports }) => {
    const { messageId } = [...model.pushed.values()][place % model.pushed.size]!;
    const before = (await ports.messages.findInbound(inJob.activityId, messageId))!.value;
    const refusal = await refusalOf(() => discardMessage(ports, inJob.activityId, messageId, operator, "Not wanted."));
    const after = (await ports.messages.findInbound(inJob.activityId, messageId))!.value;
    const mayBe =
      before.state === "Processed" ? ["conflict"] : [undefined, ...(isFinalImport(before) ? [] : ["conflict"])];
    requireEqual("P6: the answer to a discard", mayBe.includes(refusal), true);
    requireEqual("P6: what is discarded", after.state === "Discarded", refusal === undefined);
    if (refusal === undefined) model.discarded.add(messageId);
  };
  return command(`discard(${place})`, run, (model) => model.pushed.size > 0);
}

/** Sets aside what blocks the import job; answers whether something did. */
export async function releaseHead(ports: Ports): Promise<boolean> {
  const blocking = (await ports.messages.findProgress(inJob.activityId))?.value.blockedBy;
  if (blocking === undefined) return false;
  const message = (await messagesOf(ports, inJob.activityId)).find(({ id }) => id === blocking);
  const refusal = await refusalOf(() => releaseMessage(ports, inJob.activityId, blocking, operator));
  const isEnded = message?.state === "PreProcessingError" || message?.state === "Processed";
  requireEqual("P6: the answer to a release", refusal, isEnded ? undefined : "conflict");
  return refusal === undefined;
}

const release = command("release", async (_, { ports }) => void (await releaseHead(ports)));

const keys = constantFrom("1", "2", "3", "4", "5");

export const commandKinds: Arbitrary<Command>[] = [
  record({ key: keys, isGood: constantFrom(true, true, true, false) }).map(({ key, isGood }) => enqueue(key, isGood)),
  constant(dequeue),
  nat(9).map(acknowledge),
  nat(9).map(download),
  nat(9).map(redeliver),
  constant(tick),
  oneof(constant(work), constant(work), constant(upkeep)),
  record({ calls: nat(60), isBefore: constantFrom(true, false) }).map(({ calls, isBefore }) => crash(calls, isBefore)),
  constantFrom(1_000, 60_000, 11 * 60_000, 31 * 60_000).map(wait),
  nat(9).map(retry),
  nat(9).map(discard),
  constant(release),
];
