import type { AuditEntry, Refusal } from "../../domain/auditEntry.ts";

const minuteMs = 60_000;
/** Different refusals of one application that a minute has entries for. */
const entriesMax = 10;
const applicationsMax = 1_000;

/**
 * Which refusals the audit trail keeps: anybody with a token can be refused as often as he likes, and each entry is a
 * row. Of one application and minute the same refusal of the same person counts once, and after ten different ones one entry says that
 * there were more; the log has each. Every process counts for itself.
 */
export function limitRefusals(): (refusal: Refusal) => AuditEntry | undefined {
  const minutes = new Map<string, { readonly minute: number; readonly seen: Set<string> }>();
  return (refusal) => {
    const { applicationId, person, at, kind = "job", target, detail } = refusal;
    const minute = Math.floor(at / minuteMs);
    const known = minutes.get(applicationId);
    const { seen } = known?.minute === minute ? known : { seen: new Set<string>() };
    const key = `${person?.objectId ?? ""} ${kind} ${target} ${detail}`;
    if (seen.has(key) || seen.size > entriesMax) return undefined;
    seen.add(key);
    if (minutes.size >= applicationsMax && !known) minutes.clear();
    minutes.set(applicationId, { minute, seen });
    const entry = { at, applicationId, action: "refuse" as const, kind };
    if (seen.size <= entriesMax) return { ...entry, target, detail, ...(person && { person }) };
    return { ...entry, target: "", detail: "further refusals of this application in this minute: the log has each" };
  };
}
