import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { packedFiles } from "../../domain/packedFiles.ts";
import { enabledLines, findLine } from "../../domain/dataProject.ts";
import { companyPattern } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import { builtInFormats } from "../../domain/sourceFormat.ts";
import { recogniseContent } from "../../formats/contentKind.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
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
  const company = chooseCompany(backlog.rules, query.company);
  const chosen = company === undefined ? {} : { company };
  // A package names its own entities; the query's is ignored.
  if (backlog.order.source === "package") return chosen;
  return { ...chosen, entity: await chooseEntity(ports, backlog, query.entity) };
}

function chooseCompany(rules: OpenBacklog["rules"], company: string | undefined): string | undefined {
  if (!rules.useCompanyFromMessage || !company) return rules.company;
  if (companyPattern.test(company)) return company.toUpperCase();
  const message = "The company is 1 to 4 letters or digits.";
  throw new DomainError("invalid", message, [{ path: "company", message }]);
}

async function chooseEntity(ports: Ports, backlog: OpenBacklog, entity: string | undefined): Promise<string> {
  const { gate, order, isFresh } = backlog;
  const remembered = isFresh ? undefined : await ports.definitions.findBehind(gate, "project", order.project);
  const chosen = remembered && findLabel(remembered.value, entity);
  if (chosen !== undefined) return chosen;
  const project = await loadProject(ports, order.project);
  const label = findLabel(project.value, entity);
  if (label !== undefined) return label;
  const lines = enabledLines(project.value);
  const known = lines.map((line) => `"${line.entity}"`).join(", ");
  if (!entity?.trim()) throw entityRefusal(`Name the entity of the file: ?entity= one of ${known}.`);
  const line = findLine(project.value, await loadEntities(ports, project.value), entity);
  if (line) return line.entity;
  throw entityRefusal(`${takerOf(backlog)} takes no files of this entity. It takes: ${known}.`);
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

function takerOf({ isOwnOrder }: OpenBacklog): string {
  return isOwnOrder ? "This import" : "The job";
}

function wayOf({ isOwnOrder }: OpenBacklog): string {
  return isOwnOrder ? "Send it with source=package" : "Push it to a package job";
}

const signatureBytes = 256;

/**
 * Refuses a zip for a file that is none, and anything else on a package job, from the first bytes. Only a zip for a file job
 * costs a look at the format of its line.
 */
export async function checkStart(
  ports: Ports,
  backlog: OpenBacklog,
  { entity }: UploadTarget,
  start: Uint8Array,
): Promise<void> {
  const kind = recogniseContent(start.subarray(0, signatureBytes));
  const isZip = kind === "zip" || kind === "workbook" || kind === "package";
  if (backlog.order.source === "package") {
    if (isZip) return;
    throw new DomainError("invalid", `${takerOf(backlog)} takes data packages, but the body is no zip file.`);
  }
  if (!isZip || (kind !== "package" && (await takesZip(ports, backlog, entity)))) return;
  const text =
    `${takerOf(backlog)} takes single files, but the body is a zip file. ${wayOf(backlog)}; if it is an Excel workbook, ` +
    "give the line of its entity an Excel format.";
  throw new DomainError("invalid", kind === "workbook" ? notExcel : text);
}

const notExcel = "The body is an Excel workbook, but the format of the entity line is another one. Change one of them.";

/** Whether files of the entity's line are zips, as workbooks are. */
async function takesZip(ports: Ports, backlog: OpenBacklog, entity: string | undefined): Promise<boolean> {
  const { gate, order, isFresh } = backlog;
  const { definitions } = ports;
  const find: Ports["definitions"]["find"] = (kind, id) =>
    isFresh ? definitions.find(kind, id) : definitions.findBehind(gate, kind, id);
  const project = await find("project", order.project);
  const name = project && enabledLines(project.value).find((line) => isSameName(line.entity, entity ?? ""))?.format;
  const saved = name === undefined ? undefined : await find("format", name);
  const format = saved?.value ?? builtInFormats.find((each) => isSameName(each.name, name ?? ""));
  return format !== undefined && fileFormatOf(format).isZip === true;
}

/** The bytes were looked at as those of a file, or of a package; when the job takes the other one by now, they are sent again. */
export function checkSameSource(before: RunOrder, now: RunOrder): void {
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
