import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { LineWriter } from "../../../shared/storage/backup/backup.ts";

/** Of one row or document as text. */
const lineBytesMax = 64 * 1024 * 1024;
const newline = 10;

/** A file of a backup is not what was written. */
export class DamagedBackup extends Error {
  override readonly name = "DamagedBackup";
}

export interface WrittenLines {
  readonly lines: number;
  /** Of the file as it lies there. */
  readonly sha256: string;
}

/** Writes lines of JSON, compressed. The file is there when it is whole; several may write at the same time. */
export async function openLines(file: string, done: (written: WrittenLines) => void): Promise<LineWriter> {
  const part = `${file}.part`;
  await rm(part, { force: true });
  const handle = await open(part, "wx", 0o600);
  const hash = createHash("sha256");
  const gzip = createGzip({ level: 1 });
  const stored = (async () => {
    for await (const chunk of gzip) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  })().finally(() => handle.close());
  stored.catch(() => undefined);
  let lines = 0;
  return {
    async write(line) {
      lines += 1;
      if (!gzip.write(`${JSON.stringify(line)}\n`)) {
        await Promise.race([new Promise((resolve) => gzip.once("drain", resolve)), stored]);
      }
    },
    async end() {
      gzip.end();
      await stored;
      await rename(part, file);
      done({ lines, sha256: hash.digest("hex") });
    },
  };
}

/** The lines of such a file. */
export async function* readLines(file: string): AsyncGenerator<unknown> {
  const gunzip = createGunzip();
  const source = createReadStream(file).on("error", (error) => gunzip.destroy(error));
  let rest: Buffer[] = [];
  let held = 0;
  try {
    for await (const read of source.pipe(gunzip)) {
      const chunk: Buffer = read;
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        yield parse(file, Buffer.concat([...rest, chunk.subarray(from, end)]));
        [rest, held, from] = [[], 0, end + 1];
      }
      rest.push(chunk.subarray(from));
      held += chunk.length - from;
      if (held > lineBytesMax) throw new DamagedBackup(`${file} has a line of more than ${lineBytesMax} bytes.`);
    }
  } catch (error) {
    throw asDamage(file, error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  if (held > 0) throw new DamagedBackup(`${file} ends within a line.`);
}

function parse(file: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new DamagedBackup(`${file} holds a line that is no JSON.`);
  }
}

/** What zlib says of bytes that it did not write is told as what it means. */
export function asDamage(file: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new DamagedBackup(`${file} is not there.`);
  return code.startsWith("Z_") ? new DamagedBackup(`${file} is damaged.`) : error;
}
