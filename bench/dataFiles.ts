import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { changedChunks, csvChunks, xmlChunks } from "./records.ts";

/** Kept between runs: a file's name says what is in it, so that no run takes the data of other code. */
const folder = path.join(tmpdir(), "recurring-integrations-bench");

/** All customers, in no order of keys. */
export function customersFile(count: number): Promise<string> {
  return made(`customers-${count}`, () => csvChunks(count));
}

/** The customers of `customersFile` as XML. */
export function xmlFile(count: number): Promise<string> {
  return made(`customers-${count}-xml`, () => xmlChunks(count));
}

/** The customers of `customersFile(count)` that `changed` asks for, evenly spread and each with other values. */
export function changedFile(changed: number, count: number): Promise<string> {
  return made(`changed-${changed}-of-${count}`, () => changedChunks(changed, count, 1));
}

async function made(name: string, chunks: () => Iterable<Uint8Array>): Promise<string> {
  const [first = Buffer.alloc(0)] = chunks();
  const version = createHash("sha256").update(first).digest("hex").slice(0, 8);
  const file = path.join(folder, `${name}-${version}.csv`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await pipeline(Readable.from(chunks()), createWriteStream(unfinished));
  await rename(unfinished, file);
  return file;
}
