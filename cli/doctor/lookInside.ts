import { read, Refused, type Schemas } from "../../client/api.ts";
import { allPages } from "../allPages.ts";
import type { Connection } from "../connection/connect.ts";
import { exitCodes } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import { toCount } from "../output/units.ts";
import type { Claims } from "./lookAtToken.ts";
import type { Finding } from "./finding.ts";

/** Whether who asks may look at the service, and change it. */
export async function lookAtRole({ manage }: Connection, claims: Claims, signal: AbortSignal): Promise<Finding> {
  const roles = claims.roles.length === 0 ? "no app role" : claims.roles.join(", ");
  try {
    const { mayManage } = read(await manage.GET("/manage/api/me", { signal }));
    return {
      check: "role",
      is: "well",
      what: `${roles}: may look${mayManage ? ", and change" : " and change nothing"}`,
    };
  } catch (error) {
    const { message, exitCode } = failureOf(error, signal);
    if (error instanceof Refused && error.status === 403) {
      const mend =
        "Enough for send and pull. For all else give the application Integration.Read or Integration.Manage.";
      return { check: "role", is: "noted", what: `${roles}: ${message}`, mend };
    }
    const mend =
      exitCode === exitCodes.unauthorized
        ? "The token is of another tenant, or for another API: its audience is the API's application id."
        : "Look into the log of the service.";
    return { check: "role", is: "wrong", what: message, mend, exitCode };
  }
}

/** Whether the service gets to its storage; its jobs, where it does. */
export async function lookAtStorage(
  { manage }: Connection,
  signal: AbortSignal,
): Promise<{ readonly finding: Finding; readonly jobs: readonly Schemas["Job"][] }> {
  try {
    const jobs = await allPages(async (query) =>
      read(await manage.GET("/manage/api/jobs", { params: { query }, signal })),
    );
    return { jobs, finding: { check: "storage", is: "well", what: `answers: ${toCount(jobs.length, "job")}` } };
  } catch (error) {
    const { message, exitCode } = failureOf(error, signal);
    const mend =
      "The service does not get to its storage: its identity needs the data roles, and the account its network.";
    return { jobs: [], finding: { check: "storage", is: "wrong", what: message, mend, exitCode } };
  }
}

/** Whether due times were met. */
export async function lookAtTimers({ manage }: Connection, signal: AbortSignal): Promise<Finding> {
  const { missedRuns } = read(await manage.GET("/manage/api/overview", { signal }));
  if (missedRuns.count === 0) return { check: "timers", is: "well", what: "no due time was missed today" };
  const what = `${toCount(missedRuns.count, "due time")} missed since ${missedRuns.since}`;
  const mend = "Nothing ran then: look whether the app was stopped, and at the schedules of its timers.";
  return { check: "timers", is: "noted", what, mend };
}

/** In whose zones jobs are due, beside the one of this machine, and whether both know the zones alike. */
export function lookAtTimeZones(jobs: readonly Schemas["Job"][], now: number): readonly Finding[] {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [
    ...new Set(jobs.flatMap(({ processingRecurrence }) => processingRecurrence?.timeZone ?? [])),
  ].toSorted();
  return zones.map((zone): Finding => {
    const jobsOfZone = jobs.filter(({ processingRecurrence }) => processingRecurrence?.timeZone === zone);
    const due = `${toCount(jobsOfZone.length, "job")} due by ${zone}`;
    const there = timeIn(zone, now);
    if (there === undefined) {
      const mend = "This Node knows fewer zones: only what is shown here is in another one.";
      return { check: "time zone", is: "noted", what: `${due}, which this machine does not know`, mend };
    }
    const isSame = there === timeIn(here, now);
    const what = isSame
      ? `${due}, as this machine is`
      : `${due}: it is ${there} there, and ${timeIn(here, now)} here (${here})`;
    return { check: "time zone", is: "well", what };
  });
}

function timeIn(timeZone: string, now: number): string | undefined {
  try {
    return new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" }).format(now);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
