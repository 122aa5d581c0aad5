import { isFinalExport, visibleState } from "../domain/outboundMessage.ts";
import type { LoadSample } from "../domain/loadSample.ts";
import { isFinalImport } from "../domain/inboundMessage.ts";
import type { Message, Ports } from "../ports.ts";
import { catchUp } from "../schedule/dueTimes.ts";

/** A backlog is counted up to here; beyond it the exact figure tells nobody more. */
const messagesSeenMax = 10_000;
const pageMessages = 500;
const oldSamplesMax = 200;

/** The monitoring tick: measures the queue of every job that is due. It runs nothing and changes no message. */
export async function sampleDueJobs(ports: Ports): Promise<void> {
  const due = await ports.schedules.listDue("monitoring", ports.clock.now(), ports.settings.dueJobsPerTickMax);
  for (const activityId of due) {
    try {
      await sampleDueJob(ports, activityId);
    } catch (error) {
      ports.log.error("sample.failed", { activityId }, error);
    }
  }
}

async function sampleDueJob(ports: Ports, activityId: string): Promise<void> {
  const stored = await ports.schedules.find("monitoring", activityId);
  if (!stored || stored.value.nextDueAt === undefined) return;
  const job = await ports.definitions.find("job", activityId);
  const recurrence = job?.value.isEnabled ? job.value.monitoringRecurrence : undefined;
  if (!recurrence) {
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
  await ports.loadSamples.add(activityId, await measure(ports, activityId));
  await ports.loadSamples.removeBefore(activityId, ports.clock.now() - ports.settings.retentionMs, oldSamplesMax);
}

async function measure(ports: Ports, activityId: string): Promise<LoadSample> {
  const now = ports.clock.now();
  const [last] = (await ports.loadSamples.list(activityId, { limit: 1 })).items;
  const counts = {
    waiting: 0,
    oldestAgeMs: 0,
    inProcess: 0,
    processedSinceLast: 0,
    failedSinceLast: 0,
    bytesWaiting: 0,
  };
  let continuation: string | undefined;
  for (let seen = 0; seen < messagesSeenMax; seen += pageMessages) {
    const page = await ports.messages.list(activityId, { limit: pageMessages, ...(continuation && { continuation }) });
    for (const message of page.items) count(counts, message, now, last?.at ?? 0);
    continuation = page.continuation;
    if (!continuation) break;
  }
  return { at: now, ...counts };
}

type Counts = { -readonly [K in Exclude<keyof LoadSample, "at">]: number };

function count(counts: Counts, message: Message, now: number, since: number): void {
  const state = message.direction === "export" ? visibleState(message, now) : message.state;
  const endedAt = message.history.at(-1)?.at ?? 0;
  if (state === "Enqueued") {
    counts.waiting += 1;
    counts.oldestAgeMs = Math.max(counts.oldestAgeMs, now - message.enqueuedAt);
    counts.bytesWaiting += message.sizeBytes ?? 0;
  } else if (!isFinal(message)) {
    counts.inProcess += 1;
  } else if (endedAt > since) {
    const isFailed = state === "PreProcessingError" || state === "PostProcessingError";
    counts[isFailed ? "failedSinceLast" : "processedSinceLast"] += 1;
  }
}

function isFinal(message: Message): boolean {
  return message.direction === "export" ? isFinalExport(message) : isFinalImport(message);
}
