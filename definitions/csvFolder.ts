import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { type Definition, type KindName, kinds, readDefinition } from "./kinds.ts";
import { accepted, type ManagementApi } from "./managementApi.ts";

/** What a CSV file becomes. */
export interface FileWay {
  /** Below the folder. */
  readonly file: string;
  readonly entity: string;
  readonly activityId: string;
  readonly warnings: readonly string[];
  readonly definitions: readonly Definition[];
}

const filesMax = 100;
/** The entity is guessed from no more of a file. */
const sampleBytesMax = 1024 * 1024;
const nameCharactersMax = 60;

/** The CSV files of a folder, in the order of their names. */
export async function listCsvFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.csv$/iu.test(entry.name)).map(({ name }) => name);
  if (files.length > filesMax) throw new Error(`${folder} has more than ${filesMax} CSV files.`);
  return files.toSorted();
}

/** An entity, a project and a job for a CSV file, as the service proposes the entity. Nothing is stored. */
export async function proposeWay(
  api: ManagementApi,
  folder: string,
  file: string,
  applicationId: string,
): Promise<FileWay> {
  const entity = toLabel(file);
  const sample = await readStart(path.join(folder, file));
  const format = formatOf(sample);
  const address = `entities/${encodeURIComponent(entity)}/infer?format=${encodeURIComponent(format)}`;
  const { json } = accepted(`${file} cannot be read`, await api("POST", address, { bytes: sample }));
  const { definition, fieldMap, warnings }: Proposal = Object(json);
  const activityId = toActivityId(file);
  const project = { name: entity, description: `Files like ${file}`, direction: "import" };
  const job = {
    activityId,
    name: entity,
    project: entity,
    direction: "import",
    applications: [{ applicationId }],
    misfirePolicy: "skip",
    processingRecurrence: { start: "2026-01-01T00:00:00", frequency: "minute" },
  };
  return {
    file,
    entity,
    activityId,
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    definitions: [
      definitionOf("entity", definition),
      definitionOf("project", { ...project, lines: [{ entity, format, fieldMap }] }),
      definitionOf("job", job),
    ],
  };
}

interface Proposal {
  readonly definition?: unknown;
  readonly fieldMap?: unknown;
  readonly warnings?: unknown;
}

function definitionOf(name: KindName, json: unknown): Definition {
  const kind = kinds.find((each) => each.name === name);
  if (!kind) throw new Error(`There is no kind of definition "${name}".`);
  return readDefinition(kind, json);
}

/** "customer-groups.csv" holds "Customer groups". */
function toLabel(file: string): string {
  const words = path
    .parse(file)
    .name.normalize("NFC")
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["File"];
  const label = words.join(" ").slice(0, nameCharactersMax).toWellFormed().trim();
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

/** The same at each start, so that the lines that were told stay true. */
function toActivityId(file: string): string {
  const digest = createHash("sha256").update(`seed ${file}`).digest("hex");
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
  return [...parts, digest.slice(20, 32)].join("-");
}

/** Whole rows from the beginning of a file. */
async function readStart(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampleBytesMax), 0, sampleBytesMax, 0);
  const read = buffer.subarray(0, bytesRead);
  const end = bytesRead === sampleBytesMax ? read.lastIndexOf("\n") + 1 : bytesRead;
  return read.subarray(0, end === 0 ? bytesRead : end);
}

const delimiters = [
  [",", "CSV"],
  [";", "Semicolon"],
  ["\t", "TAB"],
] as const;

/** By what the header has most of. */
function formatOf(sample: Uint8Array): string {
  const header = Buffer.from(sample.subarray(0, 4096)).toString("utf8").split(/\r?\n/u, 1)[0] ?? "";
  const counts = delimiters.map(([delimiter, name]) => ({ name, count: header.split(delimiter).length }));
  return counts.toSorted((one, other) => other.count - one.count)[0]?.name ?? "CSV";
}
