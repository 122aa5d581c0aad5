import type { MemberError } from "../domain/errors.ts";
import { type Recurrence, recurrenceProblems } from "../domain/recurrence.ts";
import { firstDue } from "./dueTimes.ts";
import { isTimeZone } from "./timeZone.ts";

/** Everything that keeps a recurrence from being saved, by path; empty when it has at least one due time. */
export function recurrenceErrors(recurrence: Recurrence): readonly MemberError[] {
  const problems = [...recurrenceProblems(recurrence), ...timeZoneProblems(recurrence)];
  if (problems.length > 0 || firstDue(recurrence) !== undefined) return problems;
  return [
    { path: "end", message: "The recurrence ends before its first due time; choose a later end or another day." },
  ];
}

function timeZoneProblems({ timeZone }: Recurrence): readonly MemberError[] {
  if (isTimeZone(timeZone)) return [];
  return [{ path: "timeZone", message: `"${timeZone}" is no IANA time zone; write it as Europe/Copenhagen or UTC.` }];
}
