import type { Count } from "../ports/lists.ts";
import type { Overview } from "../usecases/watch/getOverview.ts";
import type { JobStanding } from "../usecases/watch/listJobStandings.ts";
import { isTimeZone } from "../schedule/timeZone.ts";
import { manageUrl, toShownId, toTime } from "./manageDefinitionWire.ts";
import { invalidQuery } from "./manageRequest.ts";
import { readQuery } from "./request.ts";

export function toOverviewView({ draining, open, failed, missed }: Overview, baseUrl: string) {
  const list = (query: Readonly<Record<string, string>>): string =>
    `${manageUrl(baseUrl, "messages")}?${new URLSearchParams(query).toString()}`;
  const toCount = (standing: "waiting" | "inProcess" | "offered" | "parked") => ({
    ...toCounted({ count: open[standing], isCut: open.isCut }),
    list: list({ standing }),
  });
  const { jobs } = missed;
  return {
    ...(draining && { draining: toDrainingView(draining) }),
    waiting: {
      ...toCount("waiting"),
      ...(open.waitingSince !== undefined && { oldestSince: toTime(open.waitingSince) }),
    },
    inProcess: toCount("inProcess"),
    offered: toCount("offered"),
    parked: toCount("parked"),
    failedToday: {
      ...toCounted(failed),
      since: toTime(failed.since),
      list: list({ standing: "failed", from: toTime(failed.since) }),
    },
    missedRuns: {
      ...toCounted(missed),
      since: toTime(missed.since),
      jobs: jobs.map(({ activityId, jobName, runs }) => ({
        activityId: toShownId(activityId),
        ...(jobName !== undefined && { jobName }),
        runs,
      })),
    },
  };
}

function toDrainingView(held: Count) {
  return { isWithoutMessages: held.count === 0 && !held.isCut, ...toCounted(held) };
}

function toCounted({ count, isCut }: Count) {
  return { count, ...(isCut && { isAtLeast: true }) };
}

export function toJobStandingView({ activityId, open, blockedBy, nextDueAt }: JobStanding) {
  const { waitingSince, isCut, ...counts } = open;
  return {
    activityId: toShownId(activityId),
    ...counts,
    ...(waitingSince !== undefined && { waitingSince: toTime(waitingSince) }),
    ...(isCut && { isAtLeast: true }),
    ...(blockedBy !== undefined && { blockedBy }),
    ...(nextDueAt !== undefined && { nextDueAt: toTime(nextDueAt) }),
  };
}

/** In whose zone a day begins. */
export function readTimeZone({ url }: { readonly url: string }): string {
  const name = readQuery(url).get("timezone") ?? "UTC";
  if (isTimeZone(name)) return name;
  throw invalidQuery("timeZone", "An IANA name, such as Europe/Copenhagen.");
}
