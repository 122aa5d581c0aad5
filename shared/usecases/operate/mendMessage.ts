import { createHash } from "node:crypto";
import type { Actor } from "../../domain/caller.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import { foldName } from "../../domain/foldName.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { rejectedAlone } from "../../domain/execution.ts";
import { type Mended, mend, requireMendable } from "../../domain/mend.ts";
import { type MendedRows, mendsOf, toLines } from "../../domain/mendedRows.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Gate } from "../../ports/jobGate.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { noProgress } from "../attempt/jobProgress.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { findOrder } from "../orders/findOrder.ts";
import { findOpenGate } from "../definitions/jobGate.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { livingMends } from "../watch/livingMends.ts";
import { type RejectedFile, findRejected } from "../watch/rejectedRows.ts";
import { type ChangedRow, mendedBytes, mendedPackage } from "./mendedFile.ts";
import { requireNothingNewerThanRows } from "./requireNothingNewer.ts";

export interface MendWish {
  /** The execution whose rejected rows were looked at. */
  readonly executionId: string;
  readonly entity: string;
  readonly rows: readonly ChangedRow[];
  /** Lines of rejected rows that nobody wants any more. */
  readonly leaveOut: readonly number[];
  /** Also where newer messages may be in the same records: their values are written over. */
  readonly isForced: boolean;
}

/**
 * Makes a new message of rejected rows of this one that somebody changed; answers its id. It goes into the backlog at the
 * place of the message that it mends, so that what came behind it still comes behind it, and begins at once. Both messages
 * are one write: of two people who mend a row, one does, and the other is told by which message (`conflict`). The same
 * request again answers the same message.
 */
export async function mendMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  wish: MendWish,
): Promise<string> {
  requireDistinct(wish);
  const digest = digestOf(wish);
  const made = await untilWon(`Message ${messageId}`, async (): Promise<Made | typeof lost> => {
    const gate = await findOpenGate(ports, { activityId, id: messageId });
    const stored = requireImport(await ports.messages.find(activityId, messageId));
    const before = await livingMends(ports, stored.value);
    const same = before.find((rows) => rows.digest === digest);
    if (same) return { id: same.messageId, isNew: false, mending: await findMending(ports, activityId, same) };
    const rejected = await findMendable(ports, stored.value, wish, before);
    return makeMend(ports, { stored, gate, before, rejected, digest, by, wish });
  });
  const { id, mending, isNew } = made;
  if (mending && isNew) await tell(ports, messageId, mending, by, wish);
  if (mending) await pointAt(ports, mending);
  return id;
}

interface Made {
  readonly id: string;
  readonly isNew: boolean;
  /** Undefined where the retention has taken it. */
  readonly mending: InboundMessage | undefined;
}

async function findMending(ports: Ports, activityId: string, { messageId }: MendedRows) {
  return (await ports.messages.findInbound(activityId, messageId))?.value;
}

function requireDistinct({ rows, leaveOut }: MendWish): void {
  const seen = new Set<number>();
  const problems: MemberError[] = [];
  const see = (line: number, path: string): void => {
    if (seen.has(line)) problems.push({ path, message: `Line ${line} is there twice.` });
    seen.add(line);
  };
  for (const [index, { line }] of rows.entries()) see(line, `rows[${index}].line`);
  for (const [index, line] of leaveOut.entries()) see(line, `leaveOut[${index}]`);
  const [first] = problems;
  if (first) throw new DomainError("invalid", `${first.path}: ${first.message}`, problems);
}

/** What is asked for, whoever asks, and in whichever order. */
function digestOf({ executionId, entity, rows, leaveOut }: MendWish): string {
  const changed = rows
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, values }) => [line, Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1))]);
  const left = leaveOut.toSorted((one, other) => one - other);
  return createHash("sha256")
    .update(JSON.stringify([executionId, foldName(entity), changed, left]))
    .digest("base64url");
}

function requireImport(stored: Stored<Message> | undefined): Stored<InboundMessage> {
  if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
  const { value, etag } = stored;
  if (value.direction === "import") return { value, etag };
  throw new DomainError("conflict", `Message ${value.id} is an export, which rejects no rows.`);
}

async function findMendable(
  ports: Ports,
  message: InboundMessage,
  { executionId, entity, rows, leaveOut }: MendWish,
  before: readonly MendedRows[],
): Promise<RejectedFile> {
  const file = await findRejected(ports, executionId, entity);
  requireMendable(message, executionId, file.entity);
  const mends = mendsOf(before, file.entity.entity);
  for (const line of [...rows.map((row) => row.line), ...leaveOut]) {
    const mended = mends(line);
    if (!mended || mended.isLeftOut) continue;
    const text = `The row of line ${line} was mended already, by message ${mended.messageId}. Look at the rows again.`;
    throw new DomainError("conflict", text);
  }
  return file;
}

interface Judged {
  readonly stored: Stored<InboundMessage>;
  readonly gate: Gate;
  readonly before: readonly MendedRows[];
  readonly rejected: RejectedFile;
  readonly digest: string;
  readonly by: Actor;
  readonly wish: MendWish;
}

/**
 * In an ordered job the write also fails when another message was begun after the look at the newer ones, since whoever
 * begins one writes the progress.
 */
async function makeMend(ports: Ports, judged: Judged): Promise<Made | typeof lost> {
  const { stored, gate, wish } = judged;
  const { activityId } = stored.value;
  const given = await findOrder(ports, stored.value);
  const seen = await ports.messages.findProgress(activityId);
  if (!wish.isForced) await requireNothingNewerThanRows(ports, given?.order, stored.value);
  const file = await storeFile(ports, judged);
  let isKept = false;
  try {
    const { mended, mending } = toMended(ports, judged, file);
    const progress = given?.order.isOrdered && { judged: seen, next: seen?.value ?? noProgress };
    const beside = { gate, born: mending, ...(progress && { progress }) };
    isKept = await wentIn(ports, mending, () => ports.messages.replace(stored, mended, beside));
    return isKept ? { id: mending.id, mending, isNew: true } : lost;
  } catch (error) {
    isKept = error instanceof InDoubt;
    throw error instanceof InDoubt ? error.cause : error;
  } finally {
    if (!isKept) await ports.files.remove("inbound", file.messageId);
  }
}

type StoredFile = Parameters<typeof mend>[1]["file"] & { readonly entry: string | undefined };

/** Nothing of it counts before its message is there; the sweep for orphans takes what a dead request left. */
async function storeFile(ports: Ports, { stored, rejected, wish }: Judged): Promise<StoredFile> {
  const { value: message } = stored;
  const pace = ports.startPace();
  const rows = await mendedBytes(ports, rejected, wish, pace);
  const entry = packedEntry(message, rejected);
  const bytes = entry === undefined ? rows : await mendedPackage(ports, message, entry, rows, pace);
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  const body = measureBody(bytes, limits);
  const messageId = ports.ids.next();
  await ports.files.store("inbound", messageId, body.bytes, message.activityId);
  return { messageId, ...body.facts(), entry };
}

/** A package names its own entities; what mends one has the file of one entity. */
function packedEntry({ entity, mends }: InboundMessage, { entity: of }: RejectedFile): string | undefined {
  return mends ? mends.entry : entity === undefined ? of.fileName : undefined;
}

function toMended(ports: Ports, judged: Judged, { entry, ...file }: StoredFile): Mended {
  const { stored, before, rejected, digest, by, wish } = judged;
  const { executionId, rows, leaveOut } = wish;
  const lines = toLines(rows.map(({ line }) => line));
  const { entity } = rejected.entity;
  const at = ports.clock.now();
  const decided = { executionId, entity, lines, leftOut: toLines(leaveOut), digest, at, ...by };
  const lacking = rejectedAlone(rejected.execution.entities);
  return mend(stored.value, { rows: decided, file, format: rejected.version, entry, rejected: lacking, before });
}

/** Nobody knows whether the message went in, so its file stays. */
class InDoubt extends Error {
  override readonly name = "InDoubt";
}

/** A write that failed may have been one whose answer was lost: storage is asked at once, and then it is certain. */
async function wentIn(
  ports: Ports,
  { activityId, id }: InboundMessage,
  write: () => Promise<unknown>,
): Promise<boolean> {
  try {
    return (await write()) !== undefined;
  } catch (error) {
    let isIn: boolean;
    try {
      isIn = await ports.messages.settleInbound(activityId, id);
    } catch {
      throw new InDoubt("Whether the message went in is not known.", { cause: error });
    }
    if (isIn) return true;
    throw error;
  }
}

async function tell(ports: Ports, target: string, mending: InboundMessage, by: Actor, wish: MendWish) {
  const { activityId, enqueuedAt: at, id, mends, sizeBytes, direction } = mending;
  const detail = [
    `${mends?.rows} rows of ${mends?.entity}, by message ${id}`,
    wish.leaveOut.length > 0 && `${wish.leaveOut.length} left out`,
    wish.isForced && "forced",
  ];
  await ports.audit.record({
    at,
    ...by,
    action: "mend",
    kind: "message",
    target,
    activityId,
    detail: detail.filter(Boolean).join(", "),
  });
  ports.log.info("message.enqueued", { activityId, messageId: id, direction, sizeBytes });
}
