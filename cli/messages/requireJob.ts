import { UsageError } from "../exitCodes.ts";

const guid = /^\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?$/i;

/** The activity id of a job, as the page and the original write it, with braces or without. */
export function requireJob(text: string | undefined): string {
  if (text === undefined) throw new UsageError("Which job? Say --job and its activity id.");
  const [, id] = guid.exec(text.trim()) ?? [];
  if (id === undefined)
    throw new UsageError(`--job is "${text}", which is no activity id, as 00000000-0000-4000-8000-000000000001 is.`);
  return id.toLowerCase();
}

/** The ids of messages or runs that stand behind a command. */
export function requireIds(texts: readonly string[], what: string): readonly string[] {
  if (texts.length === 0) throw new UsageError(`Which ${what}? Say its id, or several.`);
  return texts.map((text) => {
    const [, id] = guid.exec(text.trim()) ?? [];
    if (id === undefined) throw new UsageError(`"${text}" is no id of a ${what}.`);
    return id.toLowerCase();
  });
}
