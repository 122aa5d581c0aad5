import { createHash } from "node:crypto";
import type { Actor } from "../../domain/caller.ts";
import { type DataProject, type RefreshType, enabledLines, findLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { nameList } from "../../domain/nameList.ts";
import { type OutboundMessage, isFinalExport, newExport } from "../../domain/outboundMessage.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { KeyRecord } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { reserveRun } from "../attempt/reserveRun.ts";
import { loadEntities } from "../definitions/loadDefinitions.ts";
import { type HeldKey, claimKey, hasKey, releaseKey } from "../enqueue/holdKey.ts";
import { underWay } from "../enqueue/underWay.ts";
import { executionIdOf, keyOfRequest } from "../orders/requestedId.ts";
import { type OpenProject, type RunWish, openProject } from "./openProject.ts";
import { repeatRun } from "./repeatRun.ts";
import { type StartedRun, recordStart, startedRun } from "./startedRun.ts";

/** What somebody asks of one export of a project. */
export interface ExportWish extends RunWish {
  /** The entities to write, by label or AOT name; absent: those of all enabled lines. */
  readonly entities?: readonly string[];
  /** All records, or the changes since the project's last such export; absent: as each line says. */
  readonly refresh?: RefreshType;
  /** So many records of each entity, to look at: what is left out stays to be delivered. */
  readonly recordsMax?: number;
  /** Runs again what ended under the same requested id. */
  readonly isRepeated?: boolean;
}

/**
 * Exports by a project, at once and by no job, into a package that is kept until its retention ends; waits for none of the
 * work. A repeat under the same execution id answers the same run, and points at it again.
 */
export async function exportNow(ports: Ports, wish: ExportWish, by: Actor): Promise<StartedRun> {
  const first = await openExport(ports, wish, by);
  const message = await (first.order.requestedId === undefined
    ? begin(ports, first, wish, by)
    : beginRequested(ports, first, first.order.requestedId, wish, by));
  await recordStart(ports, message, by);
  if (!isFinalExport(message)) await pointAt(ports, message);
  return startedRun(message);
}

async function openExport(ports: Ports, wish: ExportWish, by: Actor): Promise<OpenProject> {
  const opened = await openProject(ports, wish, "export", by);
  const { refresh, recordsMax } = wish;
  const entities = wish.entities && (await labelsOf(ports, opened.project, wish.entities));
  const asked = { ...(entities && { entities }), ...(refresh && { refresh }), ...(recordsMax && { recordsMax }) };
  return { ...opened, order: { ...opened.order, ...asked } };
}

async function labelsOf(ports: Ports, project: DataProject, names: readonly string[]): Promise<readonly string[]> {
  const known = await loadEntities(ports, project);
  const lines = names.map((name) => findLine(project, known, name));
  const unknown = names.filter((_, index) => !lines[index]);
  if (unknown.length === 0 && names.length > 0) return [...new Set(lines.flatMap((line) => line?.entity ?? []))];
  const labels = nameList(enabledLines(project).map((line) => line.entity));
  const message = `The project exports no ${unknown.length > 0 ? nameList(unknown) : "nothing"}. It exports: ${labels}.`;
  throw new DomainError("invalid", message, [{ path: "entities", message }]);
}

/** Whoever has the key alone decides about the run that it stands for. */
async function beginRequested(
  ports: Ports,
  first: OpenProject,
  requestedId: string,
  wish: ExportWish,
  by: Actor,
): Promise<OutboundMessage> {
  const { activityId } = first;
  const claim = await claimKey(ports, activityId, keyOfRequest(requestedId), ports.ids.next());
  if (claim.kind === "accepted") {
    const reopen = () => openExport(ports, wish, by);
    return repeatRun(ports, first, reopen, claim.upload.messageId, wish.isRepeated ?? false, by);
  }
  const { held } = claim;
  try {
    return await begin(ports, first, wish, by, held);
  } catch (error) {
    // Of anything but a refusal it is unknown whether the message went in: the upkeep finds out.
    if (!(error instanceof DomainError)) throw error;
    const { messageId } = held.seen.value;
    await ports.executions.giveUp(executionIdOf(requestedId), messageId);
    await releaseKey(ports, held);
    throw error;
  }
}

async function begin(
  ports: Ports,
  first: OpenProject,
  wish: ExportWish,
  by: Actor,
  held?: HeldKey,
): Promise<OutboundMessage> {
  let opened: OpenProject | undefined = first;
  const id = held?.seen.value.messageId ?? ports.ids.next();
  const random = ports.ids.random();
  return untilWon(`The runs of project ${wish.project}`, async () => {
    const { activityId, gate, company, order } = opened ?? (await openExport(ports, wish, by));
    if (!opened && held && !(await hasKey(ports, held, activityId))) throw underWay();
    opened = undefined;
    const now = ports.clock.now();
    const executionId = order.requestedId === undefined ? random : executionIdOf(order.requestedId);
    const times = { dueAt: now, enqueuedAt: now };
    const message = newExport({ id, activityId, ...times, ...(company && { company }), ownOrder: order, executionId });
    await reserveRun(ports, message, order, (holder) => hasKey(ports, held, holder.activityId));
    const keys = held ? [{ key: held.key, seen: held.seen, next: standFor(held.seen.value, order) }] : [];
    if (await ports.messages.insertOutbound(message, { gate, keys })) return message;
    // Nobody else has this id: where it stands, no more than the answer was lost.
    return (await ports.messages.findOutbound(activityId, id))?.value ?? lost;
  });
}

function standFor({ messageId, reservedAt }: KeyRecord, order: RunOrder): KeyRecord {
  const sha256 = createHash("sha256").update(JSON.stringify(order)).digest("hex");
  return { messageId, reservedAt, accepted: { sha256 } };
}
