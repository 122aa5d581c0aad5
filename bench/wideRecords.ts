/** Records of about four kilobytes, a quarter of it noise: a file of gigabytes with few of them. */
import { createHash } from "node:crypto";
import type { DataEntity, EntityField } from "../shared/domain/dataEntity.ts";
import type { DataProject } from "../shared/domain/dataProject.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { Ports } from "../shared/ports.ts";
import { exportJob, importJob, projects, saveJob } from "./definitions.ts";

const texts = 8;
const noiseCharacters = 128;
const restCharacters = 376;

const text = (name: string, lengthMax: number): EntityField => {
  return { name, type: "string", isKey: false, isRequired: false, lengthMax };
};

const wide: DataEntity = {
  name: "Wide records",
  aotName: "WideRecordEntity",
  isPerCompany: true,
  isChangeTracked: false,
  fields: [
    { ...text("ID", 20), isKey: true, isRequired: true },
    ...Array.from({ length: texts }, (_, index) => text(`TEXT${index}`, 600)),
  ],
};

const names = wide.fields.map(({ name }) => name);
const rowsAtOnce = 256;
const rest = "abcdefghij klmnopqrst uvwxyz ".repeat(20).slice(0, restCharacters);

/** How many rows make a file of at least so many bytes. */
export function wideRowsIn(sizeBytes: number): number {
  return Math.ceil(sizeBytes / rowOf(0).length);
}

export function* wideChunks(rows: number): Generator<Uint8Array> {
  yield Buffer.from(`${names.join(",")}\r\n`);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - from);
    yield Buffer.from(Array.from({ length: count }, (_, index) => rowOf(from + index)).join(""));
  }
}

function rowOf(number: number): string {
  const noise = createHash("sha512").update(`${number}`).digest("hex").slice(0, noiseCharacters);
  const cells = Array.from({ length: texts }, (_, index) => `${noise.slice(index)}${noise.slice(0, index)}${rest}`);
  return `W-${String(number).padStart(9, "0")},${cells.join(",")}\r\n`;
}

/** Jobs for files and packages of them, in and out. */
export async function saveWideDefinitions(ports: Pick<Ports, "definitions">) {
  const by = { at: 0, applicationId: importJob().applications[0]!.applicationId };
  await ports.definitions.save("entity", wide.name, wide, "new", by);
  for (const direction of ["import", "export"] as const) {
    const like = projects.find((project) => project.direction === direction)!;
    const lines = like.lines.map((line) => ({ ...line, entity: wide.name }));
    const project: DataProject = { ...like, name: `Wide ${direction}`, lines };
    await ports.definitions.save("project", project.name, project, "new", by);
  }
  const jobs = {
    file: { ...importJob(), project: "Wide import" },
    package: { ...importJob(), project: "Wide import", source: "package" },
    export: { ...exportJob(), project: "Wide export" },
  } as const satisfies Record<string, RecurringJob>;
  for (const job of Object.values(jobs)) await saveJob(ports, job);
  return jobs;
}
