import type { Ports } from "../../ports.ts";
import { catchUp } from "../../schedule/dueTimes.ts";
import { measureLoad } from "./measureLoad.ts";

/** What ended between two load samples is counted up to here. */
const endedMax = 10_000;

/**
 * Takes a load sample of every job whose monitoring recurrence is due. It runs nothing and changes no message, and costs
 * what is open and what ended since the load sample before.
 */
export async function takeLoadSamples(ports: Ports): Promise<void> {
  const due = await ports.schedules.listDue("monitoring", ports.clock.now(), ports.settings.dueJobsPerTickMax);
  for (const activityId of due) {
    try {
      await takeLoadSample(ports, activityId);
    } catch (error) {
      ports.log.error("sample.failed", { activityId }, error);
    }
  }
}

async function takeLoadSample(ports: Ports, activityId: string): Promise<void> {
  const stored = await ports.schedules.find("monitoring", activityId);
  if (!stored || stored.value.nextDueAt === undefined) return;
  const job = await ports.definitions.find("job", activityId);
  const recurrence = job?.value.isEnabled ? job.value.monitoringRecurrence : undefined;
  if (!job || !recurrence) {
    const { nextDueAt: _, ...rest } = stored.value;
    await ports.schedules.save("monitoring", rest, stored);
    return;
  }
  // However many due times passed, there is one moment to measure.
  const { progress, nextDueAt } = catchUp(recurrence, stored.value, ports.clock.now(), "once");
  const isOurs = await ports.schedules.save(
    "monitoring",
    { activityId, ...progress, ...(nextDueAt && { nextDueAt }) },
    stored,
  );
  if (!isOurs) return;
  const at = ports.clock.now();
  const [last] = (await ports.loadSamples.list(activityId, { limit: 1 })).items;
  const { processed, failed } = await ports.openMessages.countEnded(
    activityId,
    last?.at ?? stored.value.afterMs,
    endedMax,
  );
  const { waiting, waitingSince = at, inProcess, bytesWaiting } = await measureLoad(ports, activityId);
  await ports.loadSamples.add(activityId, {
    at,
    waiting,
    oldestAgeMs: Math.max(0, at - waitingSince),
    inProcess,
    processedSinceLast: processed,
    failedSinceLast: failed,
    bytesWaiting,
  });
}
