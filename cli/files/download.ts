import type { FileHandle } from "node:fs/promises";
import { Refused, Unreachable } from "../../client/api.ts";
import type { Ask } from "../../client/reach.ts";
import type { Step } from "../output/progress.ts";
import type { Surroundings } from "../surroundings.ts";

export interface Source extends Pick<Surroundings, "pause" | "signal"> {
  readonly url: URL;
  readonly ask: Ask;
}

const triesMax = 8;
const pauseMs = 500;

/** What is known of a file that came in part. */
interface Part {
  bytes: number;
  etag: string | undefined;
  /** Of the whole, where the service said it. */
  total: number | undefined;
}

/** Writes a file as it comes; where the connection breaks it goes on from there. Answers how many bytes it has. */
export async function download(handle: FileHandle, source: Source, step: Step): Promise<number> {
  const part: Part = { bytes: 0, etag: undefined, total: undefined };
  for (let tries = 1; ; tries += 1) {
    const before = part.bytes;
    try {
      await readOn(handle, source, part, step);
      return part.bytes;
    } catch (error) {
      // As long as something comes it is worth asking on.
      if (part.bytes > before) tries = 0;
      if (source.signal.aborted || tries >= triesMax || !isPassing(error)) throw error;
      await source.pause(pauseMs * 2 ** tries, source.signal);
    }
  }
}

/** A break in the middle of the body. */
class BrokenOff extends Error {
  override readonly name = "BrokenOff";
}

function isPassing(error: unknown): boolean {
  if (error instanceof Refused) return error.status >= 500 || error.status === 429;
  return error instanceof BrokenOff || error instanceof Unreachable;
}

async function readOn(handle: FileHandle, { url, ask, signal }: Source, part: Part, step: Step): Promise<void> {
  const isLater = part.bytes > 0 && part.etag !== undefined;
  const headers = isLater ? { range: `bytes=${part.bytes}-`, "if-range": part.etag ?? "" } : {};
  const answer = await ask(new Request(url, { headers, signal }));
  if (!answer.ok) throw new Refused(answer.status, { detail: `The file cannot be fetched: status ${answer.status}.` });
  // Without the range comes the whole: of another file than before, or because ranges are not known.
  if (answer.status !== 206) {
    await handle.truncate(0);
    part.bytes = 0;
  }
  part.etag = answer.headers.get("etag") ?? undefined;
  const length = Number(answer.headers.get("content-length") ?? Number.NaN);
  part.total = Number.isInteger(length) ? part.bytes + length : undefined;
  try {
    for await (const chunk of answer.body ?? []) {
      await handle.write(chunk, 0, chunk.length, part.bytes);
      part.bytes += chunk.length;
      step.at(part.bytes);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BrokenOff("The connection broke.", { cause: error });
  }
  if (part.total === undefined || part.bytes === part.total) return;
  throw new BrokenOff(`${part.bytes} of ${part.total} bytes came.`);
}
