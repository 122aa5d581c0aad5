import { eachAlone } from "../../ports/eachAlone.ts";
import type { OpenJob } from "../../ports/openMessages.ts";
import type { Ports } from "../../ports.ts";
import { measureLoad } from "./measureLoad.ts";
import { takeLoadSamples } from "./takeLoadSamples.ts";

const pageJobs = 200;
const pagesMax = 500;
/** A little less than five ticks, so that each fifth one measures. */
const paceMs = 4.5 * 60_000;

/** The monitoring tick: takes the load samples that are due, and measures every job that has anything open at a fixed pace. */
export async function watchLoad(ports: Ports): Promise<void> {
  const ended = await Promise.allSettled([takeLoadSamples(ports), measureOpenJobs(ports)]);
  for (const part of ended) if (part.status === "rejected") throw part.reason;
}

async function measureOpenJobs(ports: Ports): Promise<void> {
  // The lease is kept until it runs out: that is the pace.
  if (!(await ports.leases.acquire("load", ports.ids.random(), ports.clock.now(), paceMs))) return;
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.openMessages.listJobs({ limit: pageJobs, ...(continuation && { continuation }) });
    await eachAlone(ports, "measureLoad", found.items, toItem, (job) => measure(ports, job));
    continuation = found.continuation;
    if (continuation === undefined) return;
  }
}

function toItem({ activityId }: OpenJob) {
  return { activityId };
}

/** A job with nothing open is measured once more, so that its figures go down, and leaves the index unless it is blocked. */
async function measure(ports: Ports, job: OpenJob): Promise<void> {
  const { waiting, inProcess, parked, released } = await measureLoad(ports, job.activityId);
  if (waiting + inProcess + parked + released > 0) return;
  const progress = await ports.messages.findProgress(job.activityId);
  if (progress?.value.blockedBy === undefined) await ports.openMessages.forgetJob(job);
}
