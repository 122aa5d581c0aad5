import { createReadStream } from "node:fs";
import path from "node:path";
import { Refused, Unreachable } from "../../client/api.ts";
import type { Ask } from "../../client/reach.ts";
import type { Step } from "../output/progress.ts";
import type { Surroundings } from "../surroundings.ts";

/** A file for a job. */
export interface SentFile {
  readonly file: string;
  readonly activityId: string;
  readonly entity: string | undefined;
  readonly company: string | undefined;
  /** By which a repeated call is the same message. */
  readonly key: string;
}

export interface Channel extends Pick<Surroundings, "pause" | "signal"> {
  readonly baseUrl: string;
  readonly ask: Ask;
}

const triesMax = 5;
const pauseMs = 1_000;
const chunkBytes = 256 * 1024;

/**
 * Sends a file as it is on the disk and answers the id of its message. Where the answer is lost, or the service is busy, the
 * file is sent again under the same key, which makes no second message.
 */
export async function enqueueFile(sent: SentFile, channel: Channel, step: Step): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await enqueueOnce(sent, channel, step);
    } catch (error) {
      if (channel.signal.aborted || tries >= triesMax || !isPassing(error)) throw error;
      step.at(0, "again, because it broke off");
      await channel.pause(pauseMs * 2 ** (tries - 1), channel.signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && (error.status >= 500 || error.status === 429));
}

async function enqueueOnce(sent: SentFile, { baseUrl, ask, signal }: Channel, step: Step): Promise<string> {
  const url = new URL(`/api/connector/enqueue/${encodeURIComponent(sent.activityId)}`, baseUrl);
  if (sent.entity !== undefined) url.searchParams.set("entity", sent.entity);
  if (sent.company !== undefined) url.searchParams.set("company", sent.company);
  const headers = {
    "content-type": "application/octet-stream",
    "x-ms-dyn-externalidentifier": toHeaderText(path.basename(sent.file)),
    "idempotency-key": sent.key,
  };
  const body = ReadableStream.from(readWithProgress(sent.file, step));
  const answer = await ask(new Request(url, { method: "POST", headers, body, duplex: "half", signal }));
  const text = await answer.text();
  if (answer.ok) return String(JSON.parse(text));
  throw new Refused(answer.status, toProblem(text));
}

async function* readWithProgress(file: string, step: Step): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    yield chunk;
    bytes += chunk.length;
    step.at(bytes);
  }
}

/** Headers hold ASCII; a name with more goes in the form of RFC 8187. */
function toHeaderText(name: string): string {
  return /^[ -~]+$/.test(name) ? name : `UTF-8''${encodeURIComponent(name)}`;
}

function toProblem(text: string): { readonly detail?: string } {
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === "object" && problem !== null ? problem : {};
  } catch (error) {
    if (error instanceof SyntaxError) return text === "" ? {} : { detail: text.slice(0, 500) };
    throw error;
  }
}
