import type { Schemas } from "../api/api.ts";

/** How messages of all jobs can be asked for, with what there is to say where none is. */
export const standings = [
  ["waiting", "Waiting", "No message waits", "A client sends one to a job, and it waits until a worker takes it."],
  ["inProcess", "In process", "No message is in process", "One is while a worker has it."],
  ["offered", "Offered to clients", "No export waits for its client", "A run of an export makes one."],
  ["parked", "Parked", "Nothing is parked", "What failed too often, or was set aside, waits here for a person."],
  [
    "failed",
    "Failed or with errors",
    "Nothing failed",
    "What ends without all of its records is here until somebody retries, mends, releases or discards it.",
  ],
  [
    "ended",
    "Ended",
    "No message has ended",
    "What was processed, acknowledged or given up is here until its retention ends.",
  ],
] as const;
export type Standing = (typeof standings)[number][0];

/** Those that have stood so for a while have an age. */
export const isOpen = (standing: Standing): boolean => standing !== "failed" && standing !== "ended";

export function standingOf(search: URLSearchParams): Standing {
  const asked = search.get("standing");
  return standings.find(([name]) => name === asked)?.[0] ?? "parked";
}

export type MessageOfJob = Schemas["MessageOfJob"];

const idBeginning = /^\{?[0-9a-f]{4,8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?\}?$/i;

/** Whether the text may be the beginning of a message id; it may be one of a file name as well. */
export function isIdBeginning(text: string): boolean {
  return idBeginning.test(text.trim());
}
