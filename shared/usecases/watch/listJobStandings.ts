import { type OpenCounts, countOpen, noneOpen } from "../../domain/overview.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { openJobIds } from "./jobIds.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** Of what one job has open; beyond, the exact figure tells nobody more. */
const openMax = 1000;

export interface JobStanding {
  readonly activityId: string;
  readonly open: OpenCounts;
  /** The failed head that the job waits for. */
  readonly blockedBy: string | undefined;
  readonly nextDueAt: number | undefined;
}

/** Where each job stands, in the order of the list of jobs. Only those that may have open messages are looked at. */
export async function listJobStandings(ports: Ports, page: PageRequest): Promise<Page<JobStanding>> {
  const { items: ids, ...rest } = await ports.definitions.listJobIds(page);
  const [open, dues] = await Promise.all([openJobIds(ports), ports.schedules.findNextDues("processing", ids)]);
  const mayBeOpen = new Set(open);
  const items = await inParallel(ids, readsAtOnceMax, async (activityId) => ({
    activityId,
    ...(mayBeOpen.has(activityId) ? await look(ports, activityId) : { open: noneOpen, blockedBy: undefined }),
    nextDueAt: dues.get(activityId),
  }));
  return { ...rest, items };
}

async function look(ports: Ports, activityId: string): Promise<Pick<JobStanding, "open" | "blockedBy">> {
  const [open, progress] = await Promise.all([
    ports.openMessages.list(activityId, openMax),
    ports.messages.findProgress(activityId),
  ]);
  return { open: countOpen(open, openMax), blockedBy: progress?.value.blockedBy };
}
