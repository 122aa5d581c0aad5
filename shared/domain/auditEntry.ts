import type { Actor } from "./caller.ts";

/** What an entry of the audit trail is about. */
export const auditKinds = [
  "entity",
  "format",
  "stylesheet",
  "project",
  "job",
  "message",
  "numberSequence",
  "webhook",
  "system",
] as const;
export type AuditKind = (typeof auditKinds)[number];

export const auditActions = [
  "save",
  "delete",
  "empty",
  "run",
  "retry",
  "release",
  "redeliver",
  "discard",
  "cancel",
  "edit",
  "mend",
  "rotate",
  "test",
  "resend",
  "refuse",
  "restore",
] as const;
export type AuditAction = (typeof auditActions)[number];

/** A definition by its name, a job by its activity id, a message by its id. */
export interface AuditObject {
  readonly kind: AuditKind;
  /** Empty in the one entry that stands for many refusals. */
  readonly target: string;
}

/** Who did what to which object; never what a file or a definition holds. */
export interface AuditEntry extends AuditObject, Actor {
  readonly at: number;
  readonly action: AuditAction;
  /** The job of a message: the entry is one of the job's as well. */
  readonly activityId?: string;
  readonly detail: string;
}

/** That an application may not use a job, or a project: `target` is the activity id or the name that it asked for. */
export interface Refusal extends Omit<AuditEntry, "action" | "kind" | "activityId"> {
  /** A job when left out. */
  readonly kind?: Extract<AuditKind, "job" | "project">;
}

/** Which entries are asked for: those that meet all that is said. */
export interface AuditFilter {
  readonly applicationId?: string | undefined;
  /** The object id of the person who used it. */
  readonly personId?: string | undefined;
  /** A job stands for its messages as well. */
  readonly object?: AuditObject | undefined;
  /** Not before this time. */
  readonly from?: number | undefined;
  /** Before this time. */
  readonly to?: number | undefined;
}

/** The objects under which an entry is found. */
export function objectsOf({ kind, target, activityId }: AuditEntry): readonly AuditObject[] {
  if (target === "") return [];
  const job = activityId === undefined ? [] : [{ kind: "job" as const, target: activityId }];
  return [{ kind, target }, ...job];
}
