import { isFinalImport } from "../../domain/inboundMessage.ts";
import type { LoadSample } from "../../domain/loadSample.ts";
import { isFinalExport, visibleState } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Message, Ports } from "../../ports.ts";

/** A backlog is counted up to here; beyond it the exact figure tells nobody more. */
const messagesSeenMax = 10_000;
const pageMessages = 500;

/** Measures the queue of a job and puts the figures in the log; `since` parts what ended from what ended before. */
export async function measureLoad(ports: Ports, job: RecurringJob, since: number): Promise<LoadSample> {
  const { activityId, direction } = job;
  const now = ports.clock.now();
  const counts = {
    waiting: 0,
    oldestAgeMs: 0,
    inProcess: 0,
    processedSinceLast: 0,
    failedSinceLast: 0,
    bytesWaiting: 0,
  };
  let parked = 0;
  let continuation: string | undefined;
  for (let seen = 0; seen < messagesSeenMax; seen += pageMessages) {
    const page = await ports.messages.list(activityId, { limit: pageMessages, ...(continuation && { continuation }) });
    for (const message of page.items) count(counts, message, now, since);
    parked += page.items.filter((message) => message.parked !== undefined).length;
    continuation = page.continuation;
    if (!continuation) break;
  }
  const { waiting, oldestAgeMs, inProcess, bytesWaiting } = counts;
  ports.log.info("job.load", { activityId, direction, waiting, oldestAgeMs, inProcess, parked, bytesWaiting });
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
