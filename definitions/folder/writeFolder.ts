import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Definition, Kind } from "../kinds.ts";
import { inOrder, keyOf } from "../order.ts";
import { spelledAs } from "../spelling.ts";
import { fileSchemas } from "../schemas.ts";
import { toFileJson, toFileText } from "./fileText.ts";
import { escapePlaceholders, keepPlaceholders } from "./placeholders.ts";
import type { Values } from "./values.ts";
import { type FileDefinition, readFolder, schemasFolder } from "./readFolder.ts";

export interface Written {
  /** Files that are new or changed. */
  readonly written: readonly string[];
  /** Files of definitions that are not there any more. */
  readonly stale: readonly string[];
  readonly unchanged: number;
  /** Members, each behind its file, whose placeholder stands for something else than the service says: its value stands there now. */
  readonly overwritten: readonly string[];
}

export interface WriteWishes {
  /** Removes the files of definitions that are not there any more. */
  readonly prunes: boolean;
  /** New files are JSON, and not YAML. */
  readonly asJson: boolean;
  /** What the placeholders in the folder stand for on this service. */
  readonly values?: Values;
}

/**
 * Writes definitions to a folder: what says the same already stays untouched, with its comments; what says something else
 * is written anew under the name that its file has, with the placeholders that stand for just that.
 */
export async function writeFolder(
  folder: string,
  definitions: readonly Definition[],
  { prunes, asJson, values }: WriteWishes,
): Promise<Written> {
  const there = await readIfAny(folder, values);
  const byKey = new Map(there.map((definition) => [keyOf(definition), definition]));
  const names = new Set(there.flatMap(({ file, contentFile = file }) => [stemOf(file), stemOf(contentFile)]));
  const [written, overwritten]: [string[], string[]] = [[], []];
  for (const definition of inOrder(definitions)) {
    const known = byKey.get(keyOf(definition));
    byKey.delete(keyOf(definition));
    if (known && saysTheSame(known, definition)) continue;
    const file = known?.file ?? freeName(definition, names, asJson ? "json" : "yaml");
    const json = toWritten(definition, known, (member) => overwritten.push(`${file}: ${member}`));
    await writeDefinition(folder, definition.kind, json, file, known?.contentFile);
    written.push(file);
  }
  const stale = [...byKey.values()].flatMap(({ file, contentFile }) => [file, ...(contentFile ? [contentFile] : [])]);
  if (prunes) for (const file of stale) await rm(path.join(folder, file), { force: true });
  await writeSchemas(folder);
  return { written, stale, unchanged: definitions.length - written.length, overwritten };
}

/** Writes what editors need to complete and check the files of a folder. */
export async function writeSchemas(folder: string): Promise<void> {
  for (const [list, schema] of fileSchemas()) {
    await replaceFile(path.join(folder, schemasFolder, `${list}.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
  }
}

function toWritten(definition: Definition, known: FileDefinition | undefined, tell: (member: string) => void): object {
  const json = toFileJson(definition);
  return Object(known ? keepPlaceholders(json, known.template, tell) : escapePlaceholders(json));
}

async function readIfAny(folder: string, values?: Values): Promise<readonly FileDefinition[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.some((entry) => !entry.startsWith(".")) ? (await readFolder(folder, values)).definitions : [];
}

/** A stylesheet stands in a file of its own, where editors know it for what it is. */
async function writeDefinition(
  folder: string,
  kind: Kind,
  whole: object,
  file: string,
  contentFile = file.replace(/\.\w+$/u, ".xsl"),
): Promise<void> {
  const { content, ...rest }: { readonly content?: unknown } = whole;
  const write = (json: object): Promise<void> => {
    return replaceFile(path.join(folder, file), toFileText(kind, json, file.toLowerCase().endsWith(".json")));
  };
  if (typeof content !== "string") return write(rest);
  if (saysOtherEncoding.test(content)) return write({ ...rest, content });
  await replaceFile(path.join(folder, contentFile), content);
  return write({ ...rest, contentFile: path.basename(contentFile) });
}

/** Files are UTF-8, and one that says otherwise of itself would be read otherwise. */
const saysOtherEncoding = /^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])/iu;

const wordsMax = 60;

/** What Windows takes for devices, whatever follows them. */
const deviceNames = /^(?:con|prn|aux|nul|com\d|lpt\d)$/u;

/** From the name, in letters that every file system has. */
function freeName({ kind, name }: Definition, taken: Set<string>, extension: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/gu) ?? ["definition"];
  const slug = words.join("-").slice(0, wordsMax);
  const stem = `${kind.list}/${deviceNames.test(slug) ? `${slug}-definition` : slug}`;
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? stem : `${stem}-${number}`;
    if (taken.has(free)) continue;
    taken.add(free);
    return `${free}.${extension}`;
  }
}

function stemOf(file: string): string {
  return file.toLowerCase().replace(/\.\w+$/u, "");
}

/** Whoever reads meanwhile finds the old text or the new one. */
async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, file);
}

function saysTheSame(known: Definition, { value }: Definition): boolean {
  return isDeepStrictEqual(plain(spelledAs(known.value, value)), plain(value));
}

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
