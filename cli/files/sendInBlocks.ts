import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Api } from "../../client/api.ts";
import type { Ask } from "../../client/reach.ts";
import { uploadFile } from "../../client/upload.ts";
import type { Step } from "../output/progress.ts";
import type { Surroundings } from "../surroundings.ts";
import { withBlocksOf } from "./blocksOf.ts";
import type { SentFile } from "./enqueueFile.ts";

/** What is larger goes in blocks, straight to storage. */
export const blocksFromBytes = 32 * 1024 * 1024;

export interface BlockChannel extends Pick<Surroundings, "pause" | "signal"> {
  readonly connector: Api;
  /** Without a token: the address of a block is a key by itself. */
  readonly ask: Ask;
}

/**
 * Sends a file in blocks, of which each is sent again by itself where its connection breaks, and answers the id of the
 * message. Whoever sends the same file under the same key goes on where an earlier call was cut off.
 */
export async function sendInBlocks(sent: SentFile, channel: BlockChannel, step: Step): Promise<string> {
  const { file, activityId, entity, company, key } = sent;
  const { connector, ask, pause, signal } = channel;
  const sha256 = hashOf(file);
  // It is met when it is asked for, which may be never.
  sha256.catch(() => undefined);
  const wish = {
    activityId,
    sha256,
    idempotencyKey: key,
    name: path.basename(file),
    ...(entity !== undefined && { entity }),
    ...(company !== undefined && { company }),
    onProgress: (sentBytes: number) => step.at(sentBytes),
    ask,
    pause: (ms: number) => pause(ms, signal),
    signal,
  };
  return withBlocksOf(file, (source) => uploadFile(connector, { ...wish, file: source }));
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
