import type { MemberError } from "../domain/errors.ts";
import type { Recurrence } from "../domain/recurrence.ts";
import { recurrenceWords } from "../domain/recurrenceWords.ts";
import { nextDues, progressFrom } from "./dueTimes.ts";
import { lastDue } from "./lastDue.ts";
import { recurrenceErrors } from "./recurrenceErrors.ts";
import { type RecurrenceNote, recurrenceNotes } from "./recurrenceNotes.ts";

const nextMax = 10;

/** What a recurrence would come to; with problems, nothing else. */
export interface RecurrencePreview {
  readonly problems: readonly MemberError[];
  readonly words?: string;
  readonly next: readonly number[];
  /** Absent where it never ends. */
  readonly lastDueAt?: number;
  readonly notes: readonly RecurrenceNote[];
}

/** What would be due if a job with this recurrence was saved at the moment. */
export function previewRecurrence(recurrence: Recurrence, savedAtMs: number): RecurrencePreview {
  const problems = recurrenceErrors(recurrence);
  if (problems.length > 0) return { problems, next: [], notes: [] };
  const progress = progressFrom(recurrence, savedAtMs);
  const next = nextDues(recurrence, progress, nextMax);
  const last = lastDue(recurrence, progress);
  const words = recurrenceWords(recurrence);
  const notes = recurrenceNotes(recurrence, next, savedAtMs, last);
  return { problems, words, next, ...(last !== undefined && { lastDueAt: last }), notes };
}
