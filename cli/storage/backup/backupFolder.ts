import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { containerNames } from "../../../shared/storage/ground/names.ts";
import {
  type BackupFacts,
  backupForm,
  type BackupReader,
  type BackupWriter,
  type BroughtBlob,
  type KeptBlob,
  type LineWriter,
} from "../../../shared/storage/backup/backup.ts";
import { UsageError } from "../../exitCodes.ts";
import { syncFolder, writeWhole } from "../../files/safeWrite.ts";
import { blobFile, findBytes, provenBytes, sameFile, writeBlob } from "./blobFiles.ts";
import { DamagedBackup, openLines, readLines, type WrittenLines } from "./lines.ts";

/** Stands in a folder whose backup is whole, and in no other. */
const factsName = "backup.json";
/** Stands in a folder from the begin of its backup to its end. */
const unfinishedName = "unfinished";

interface StoredFacts extends BackupFacts {
  readonly form: number;
  /** The files of lines, by name. */
  readonly files: Readonly<Record<string, WrittenLines>>;
}

function linesFile(folder: string, section: string): string {
  return path.join(folder, `${section}.ndjson.gz`);
}

/**
 * A folder for a backup: a new one, an empty one, or one whose backup was cut off, from which what is whole is taken over.
 * So is what `previous`, the folder of an earlier backup, has of the blobs, since those never change.
 */
export async function openBackupFolder(folder: string, previous: string | undefined): Promise<BackupWriter> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  if (names.length > 0 && !names.includes(unfinishedName)) {
    throw new UsageError(`${folder} is not empty, and holds no backup that was cut off. Name a new folder.`);
  }
  await writeWhole(path.join(folder, unfinishedName), (handle) => handle.writeFile(""), 0o600);
  const files: Record<string, WrittenLines> = {};
  const begin = (section: string): Promise<LineWriter> =>
    openLines(linesFile(folder, section), (written) => void (files[section] = written));
  const noted = await begin("blobs");
  return {
    begin,
    readBack: (section) => readLines(linesFile(folder, section)),
    keep: (blob, open) => bring(folder, previous, blob, open),
    note: ({ container, name, sizeBytes, metadata, sha256 }) =>
      noted.write({ container, name, sizeBytes, metadata, sha256 }),
    async finish(facts) {
      await noted.end();
      delete files["pins"];
      await rm(linesFile(folder, "pins"), { force: true });
      const stored: StoredFacts = { form: backupForm, ...facts, files };
      const text = `${JSON.stringify(stored, undefined, 2)}\n`;
      await writeWhole(path.join(folder, factsName), (handle) => handle.writeFile(text), 0o600);
      await rm(path.join(folder, unfinishedName));
      await syncFolder(folder);
    },
  };
}

async function bring(
  folder: string,
  previous: string | undefined,
  blob: KeptBlob,
  open: () => Promise<AsyncIterable<Uint8Array> | undefined>,
): Promise<BroughtBlob | undefined> {
  const file = blobFile(folder, blob);
  const isWhole = (bytes: { readonly sizeBytes: number } | undefined) => bytes?.sizeBytes === blob.sizeBytes;
  const here = await findBytes(file);
  if (here && isWhole(here)) return { ...blob, ...here, isReused: false };
  await rm(file, { force: true });
  const earlier = previous === undefined ? undefined : blobFile(previous, blob);
  const known = earlier === undefined ? undefined : await findBytes(earlier);
  if (earlier !== undefined && known && isWhole(known)) {
    await sameFile(earlier, file);
    return { ...blob, ...known, isReused: true };
  }
  const source = await open();
  if (!source) return undefined;
  const written = await writeBlob(file, blob, source);
  if (!isWhole(written)) throw new Error(`${blob.container}/${blob.name} was replaced while it was read.`);
  return { ...blob, ...written, isReused: false };
}

/** A whole backup, whose lines have their checksums; of blobs that is known when they are read. */
export async function openBackup(folder: string): Promise<BackupReader> {
  const stored = await readFacts(folder);
  for (const [name, { sha256 }] of Object.entries(stored.files)) {
    const file = linesFile(folder, name);
    if ((await sha256Of(file)) !== sha256) throw new DamagedBackup(`${file} is not what was written.`);
  }
  const { form: _form, files, ...facts } = stored;
  return {
    facts,
    read: (section) => (files[section] ? readLines(linesFile(folder, section)) : nothing()),
    blobs: () => readBlobs(folder),
    open: (blob) => provenBytes(folder, blob),
  };
}

async function* readBlobs(folder: string): AsyncGenerator<BroughtBlob> {
  const file = linesFile(folder, "blobs");
  for await (const line of readLines(file)) {
    const blob = toBlob(line);
    if (!blob) throw new DamagedBackup(`${file} names what is no blob.`);
    yield blob;
  }
}

function toBlob(line: unknown): BroughtBlob | undefined {
  if (typeof line !== "object" || line === null) return undefined;
  const { container: said, name, sizeBytes, sha256, metadata }: Readonly<Record<string, unknown>> = { ...line };
  const container = Object.values(containerNames).find((known) => known === said);
  if (!container || typeof name !== "string" || typeof sizeBytes !== "number" || typeof sha256 !== "string") {
    return undefined;
  }
  const texts = Object.entries({ ...(typeof metadata === "object" && metadata) }).map(([key, text]) => [
    key,
    String(text),
  ]);
  return { container, name, sizeBytes, sha256, metadata: Object.fromEntries(texts), isReused: false };
}

async function readFacts(folder: string): Promise<StoredFacts> {
  const names = await readdir(folder).catch(() => undefined);
  if (!names) throw new UsageError(`There is no folder ${folder}.`);
  if (!names.includes(factsName)) {
    const why = names.includes(unfinishedName)
      ? "was cut off: take it again into the same folder, which goes on with it"
      : "is none, since there is no backup.json in it";
    throw new UsageError(`The backup in ${folder} ${why}.`);
  }
  const file = path.join(folder, factsName);
  const stored = toObject(await readFile(file, "utf8"));
  const { form, version } = stored;
  if (typeof form === "number" && form !== backupForm) {
    throw new UsageError(
      `The backup in ${folder} has form ${form}, and this program reads form ${backupForm}. Use version ${String(version)} of it.`,
    );
  }
  if (!isFacts(stored)) throw new DamagedBackup(`${file} is not what was written.`);
  return stored;
}

function toObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** As far as it is worked by; one without the list of blobs and its checksum is none. */
function isFacts(stored: object): stored is StoredFacts {
  const { form, id, version, startedAt, rows, files, blobs, blobBytes }: Readonly<Record<string, unknown>> = {
    ...stored,
  };
  const areTexts = [id, version].every((value) => typeof value === "string");
  const areNumbers = [form, startedAt, blobs, blobBytes].every((value) => typeof value === "number");
  if (!areTexts || !areNumbers || typeof rows !== "object" || !rows || typeof files !== "object" || !files)
    return false;
  return "blobs" in files && Object.values(files).every((each) => typeof each === "object" && each !== null);
}

async function sha256Of(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

async function* nothing(): AsyncGenerator<never> {}
