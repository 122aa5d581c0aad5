import { collect } from "../support/records.ts";
import { isDeepStrictEqual } from "node:util";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { PackageLine, PackageManifest } from "../../shared/domain/dataPackage.ts";
import { headerFor } from "../../shared/domain/dataPackage.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import type { Execution } from "../../shared/domain/execution.ts";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { writeHeader, writeManifest } from "../../shared/formats/manifestWriter.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { writeZip } from "../../shared/formats/zipWriter.ts";
import type { Ports } from "../../shared/ports.ts";
import type { DefinitionKind, DefinitionTypes } from "../../shared/ports/definitions.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { type Upload, enqueueMessage } from "../../shared/usecases/enqueue/enqueueMessage.ts";
import { openBacklog } from "../../shared/usecases/enqueue/openBacklog.ts";
import { openResultFile, type ResultKind } from "../../shared/usecases/watch/openResultFile.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import {
  bytesOf,
  customerGroups,
  importJob,
  importProject,
  line,
  listedApplication,
  operator,
} from "../support/definitions.ts";
import { type TestPorts, noon } from "../support/memoryPorts.ts";
import { noPace } from "../support/pace.ts";

export const plainUpload = {
  applicationId: listedApplication,
  entity: "Customer groups",
  company: undefined,
  externalIdentifier: "groups.csv",
  idempotencyKey: undefined,
  declaredBytes: undefined,
} satisfies Omit<Upload, "body">;

/** Stores a definition, whether it is there already or not. */
export async function define<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
  id: string,
  value: DefinitionTypes[K],
): Promise<void> {
  const found = await ports.definitions.find(kind, id);
  const by = { at: noon, applicationId: listedApplication };
  await ports.definitions.save(kind, id, value, found ? { etag: found.etag } : "new", by);
}

/** The project's one line, or several, in place of what the seed says. */
export async function defineLines(ports: Ports, lines: readonly Partial<EntityLine>[]): Promise<void> {
  const all = lines.map((changes) => ({ ...line, ...changes }));
  await define(ports, "project", importProject.name, { ...importProject, lines: all });
}

/** One enqueue as clients make it, to the job as it is stored. */
export async function enqueue(
  ports: Ports,
  { activityId }: Pick<RecurringJob, "activityId">,
  upload: Upload,
): Promise<string> {
  return enqueueMessage(ports, await openBacklog(ports, upload, activityId), upload);
}

/**
 * Pushes one file to the job, which is stored as it is given here, or stays as it is. A job that is disabled took the file
 * before.
 */
export async function push(
  ports: Ports,
  body: string | Uint8Array,
  upload: Partial<Upload> = {},
  job?: RecurringJob,
): Promise<string> {
  const { activityId } = job ?? importJob;
  const stored = (await ports.definitions.find("job", activityId))?.value;
  const afterwards = job ?? stored;
  const open = afterwards && { ...afterwards, isEnabled: true };
  if (open && !isDeepStrictEqual(stored, open)) await define(ports, "job", activityId, open);
  const messageId = await enqueue(ports, { activityId }, { ...plainUpload, body: bytesOf(body), ...upload });
  if (afterwards && !afterwards.isEnabled) await define(ports, "job", activityId, afterwards);
  return messageId;
}

export async function runNow(ports: TestPorts, job: RecurringJob = importJob): Promise<void> {
  await runJobNow(ports, job.activityId, operator);
  await ports.drain();
}

/** A pass of the upkeep, and the work that it sends. */
export async function upkeep(ports: TestPorts): Promise<void> {
  await keepUp(ports);
  await ports.drain();
}

export interface Ended {
  readonly message: InboundMessage;
  readonly execution: Execution | undefined;
}

export async function look(ports: Ports, messageId: string, job: RecurringJob = importJob): Promise<Ended> {
  const { value: message } = (await ports.messages.findInbound(job.activityId, messageId))!;
  const execution = message.executionId === undefined ? undefined : await ports.executions.find(message.executionId);
  return { message, execution };
}

/** One file from its push to its end. */
export async function importFile(
  ports: TestPorts,
  body: string | Uint8Array,
  upload: Partial<Upload> = {},
  job?: RecurringJob,
): Promise<Ended> {
  const messageId = await push(ports, body, upload, job);
  await runNow(ports, job);
  return look(ports, messageId, job);
}

/** What an entity holds, a row of values per record in key order, beside the given columns. */
export async function recordsOf(
  ports: Ports,
  entity: DataEntity = customerGroups,
  company: string | undefined = entity.isPerCompany ? "USMF" : undefined,
): Promise<readonly (readonly string[])[]> {
  const snapshot = await ports.entities.openSnapshot({ entityId: entityId(entity), company });
  const columns = entity.fields.map((field) => field.name);
  return (await collect(snapshot.read({ columns }), columns)).map(({ values }) => values);
}

export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await collectBytes(bytes, 64 * 1024 * 1024, "a file")).toString();
}

export async function resultFile(
  ports: Ports,
  execution: Execution | undefined,
  kind: ResultKind,
  entity = "Customer groups",
): Promise<string> {
  return textOf((await openResultFile(ports, execution!.id, entity, kind)).read());
}

export const manifestLine: PackageLine = {
  entityName: "Customer groups",
  targetEntity: "CustCustomerGroupEntity",
  sourceFormat: "CSV",
  inputFilePath: "Customer groups.csv",
  sampleFilePath: "",
  excelSheetName: "",
  executionUnit: 1,
  levelInExecutionUnit: 1,
  sequenceInLevel: 1,
  failExecutionUnitOnError: false,
  failLevelOnError: false,
  runBusinessLogic: true,
  runBusinessValidation: true,
  isDisabled: false,
  defaultRefreshType: "FullPush",
  skipStaging: false,
  validationStatus: "Yes",
  entityMaps: [],
  transforms: [],
};

export function manifestOf(...lines: readonly Partial<PackageLine>[]): PackageManifest {
  const all = lines.map((changes) => ({ ...manifestLine, ...changes }));
  return { definitionGroupName: importProject.name, description: "", lines: all };
}

/** A data package of the manifest and the files; a file that is undefined is left out. */
export function packageOf(
  manifest: PackageManifest | undefined,
  files: Readonly<Record<string, string | Uint8Array | undefined>>,
): Promise<Uint8Array> {
  async function* entries() {
    const own = {
      "PackageHeader.xml": writeHeader(headerFor(importProject.name)),
      "Manifest.xml": manifest && (await writeManifest(manifest, noPace)),
    };
    for (const [name, content] of Object.entries({ ...own, ...files })) {
      if (content !== undefined) yield { name, bytes: Buffer.from(content) };
    }
  }
  return collectBytes(writeZip(entries(), { modifiedAt: noon }), 64 * 1024 * 1024, "a package");
}

/** The files of an exported message, by name, as text. */
export async function exportedFiles(ports: Ports, message: OutboundMessage): Promise<ReadonlyMap<string, string>> {
  const bytes = await collectBytes(ports.files.read("outbound", message.file!), 64 * 1024 * 1024, "a package");
  const archive = await openPackageZip(bytesInMemory(bytes));
  const files = new Map<string, string>();
  for (const { name } of archive.entries) files.set(name, await textOf(archive.open(name)));
  return files;
}

export async function newestExport(ports: Ports, job: RecurringJob): Promise<OutboundMessage | undefined> {
  const [newest] = (await ports.messages.list(job.activityId, { limit: 1 })).items;
  return newest?.direction === "export" ? newest : undefined;
}

/** What a client does with a delivery: it takes the package, and says so. */
export async function takeDelivery(ports: Ports, job: RecurringJob, message: OutboundMessage): Promise<void> {
  const { correlationId, popReceipt } = message.delivery!;
  await textOf((await downloadMessage(ports, job.activityId, message.id, correlationId)).read());
  await acknowledgeMessage(ports, job, { correlationId, popReceipt });
}
