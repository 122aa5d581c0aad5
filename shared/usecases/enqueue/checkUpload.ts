import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { packedFiles } from "../../domain/packedFiles.ts";
import { enabledLines, findLine } from "../../domain/dataProject.ts";
import { type RecurringJob, companyPattern } from "../../domain/recurringJob.ts";
import { recogniseContent } from "../../formats/contentKind.ts";
import type { UploadTarget } from "../../domain/uploadKey.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import type { Ports } from "../../ports.ts";
import { loadEntities, loadProject } from "../definitions/loadDefinitions.ts";
import { openPackageOf } from "../sources/openPackage.ts";
import type { OpenBacklog } from "./openBacklog.ts";

export interface UploadQuery {
  readonly entity: string | undefined;
  readonly company: string | undefined;
}

/** Which entity a file is for, and the company it counts for; throws `invalid` when the query does not fit the job. */
export async function chooseTarget(ports: Ports, backlog: OpenBacklog, query: UploadQuery): Promise<UploadTarget> {
  const job = backlog.job.value;
  const company = chooseCompany(job, query.company);
  const chosen = company === undefined ? {} : { company };
  // A package names its own entities; the query's is ignored.
  if (job.source === "package") return chosen;
  return { ...chosen, entity: await chooseEntity(ports, backlog, query.entity) };
}

function chooseCompany(job: RecurringJob, company: string | undefined): string | undefined {
  if (!job.useCompanyFromMessage || !company) return job.company;
  if (companyPattern.test(company)) return company.toUpperCase();
  const message = "The company is 1 to 4 letters or digits.";
  throw new DomainError("invalid", message, [{ path: "company", message }]);
}

async function chooseEntity(ports: Ports, backlog: OpenBacklog, entity: string | undefined): Promise<string> {
  const { gate, job, isFresh } = backlog;
  const remembered = isFresh ? undefined : await ports.definitions.findBehind(gate, "project", job.value.project);
  const chosen = remembered && findLabel(remembered.value, entity);
  if (chosen !== undefined) return chosen;
  const project = await loadProject(ports, job.value.project);
  const label = findLabel(project.value, entity);
  if (label !== undefined) return label;
  const lines = enabledLines(project.value);
  const known = lines.map((line) => `"${line.entity}"`).join(", ");
  if (!entity?.trim()) throw entityRefusal(`Name the entity of the file: ?entity= one of ${known}.`);
  const line = findLine(project.value, await loadEntities(ports, project.value), entity);
  if (line) return line.entity;
  throw entityRefusal(`The job takes no files of this entity. It takes: ${known}.`);
}

/** The entity of that label, and where none is named, the only one there is. */
function findLabel(project: DataProject, entity: string | undefined): string | undefined {
  const lines = enabledLines(project);
  const label = entity?.trim();
  if (label) return lines.find((line) => isSameName(line.entity, label))?.entity;
  return lines.length === 1 ? lines[0]?.entity : undefined;
}

function entityRefusal(message: string): DomainError {
  return new DomainError("invalid", message, [{ path: "entity", message }]);
}

const signatureBytes = 4;

/** Refuses a zip on a file job, and anything else on a package job, from the first four bytes. */
export function checkStart(job: RecurringJob, start: Uint8Array): void {
  const isZip = recogniseContent(start.subarray(0, signatureBytes)) === "zip";
  if (job.source === "package" && !isZip) {
    throw new DomainError("invalid", "The job takes data packages, but the body is no zip file.");
  }
  if (job.source !== "package" && isZip) {
    throw new DomainError(
      "invalid",
      "The job takes single files, but the body is a zip file. Push it to a package job.",
    );
  }
}

/** The bytes were looked at as those of a file, or of a package; when the job takes the other one by now, they are sent again. */
export function checkSameSource(before: RecurringJob, now: RecurringJob): void {
  if (before.source === now.source) return;
  const message = `The job takes ${now.source === "package" ? "data packages" : "single files"} since this upload began.`;
  throw new DomainError("conflict", `${message} Nothing was stored.`);
}

/**
 * A package says whether it is whole and what it holds: one that is cut short, unsafe, or has a header, a manifest or named
 * files that are wrong is refused while its client waits. Reads the directory and these two files, and none of the data.
 */
export async function checkStoredPackage(ports: Ports, messageId: string, sizeBytes: number): Promise<void> {
  try {
    const { archive, manifest } = await openPackageOf(ports, messageId, sizeBytes, ports.startPace());
    const names = archive.entries.map((entry) => entry.name);
    packedFiles(manifest, names);
  } catch (error) {
    if (error instanceof FormatError) throw new DomainError("invalid", error.message);
    throw error;
  }
}
