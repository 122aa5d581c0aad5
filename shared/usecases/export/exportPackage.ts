import { isComposite, xmlAlone } from "../../domain/composite.ts";
import { DomainError } from "../../domain/errors.ts";
import { companyOf } from "../../domain/dataEntity.ts";
import { distinctDataFileNames, headerEntryName, headerFor, manifestEntryName } from "../../domain/dataPackage.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { entityId } from "../../domain/entityId.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import { type EntityExecution, type Execution, newEntityExecution } from "../../domain/execution.ts";
import { exportManifest } from "../../domain/exportManifest.ts";
import { mapOfEveryField, withChildren } from "../../domain/fieldMap.ts";
import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import { exportedLines, isDelivery } from "../../domain/runOrder.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { writeHeader, writeManifest } from "../../formats/manifestWriter.ts";
import { writeZip, type ZipInput } from "../../formats/zipWriter.ts";
import type { Ports, Watermarks } from "../../ports.ts";
import { type ExportLine, writeDeleted, writeEntity } from "./exportLine.ts";
import { exportScope } from "./exportScope.ts";
import { manifestFacts } from "../sources/recordsOfLine.ts";
import type { GivenOrder } from "../orders/findOrder.ts";
import { beginExecution } from "../attempt/beginExecution.ts";
import type { Held } from "../attempt/holdMessage.ts";
import { saveExecution } from "../attempt/saveExecution.ts";
import {
  type ExecutionDefinitions,
  entityOf,
  formatOf,
  newestDefinitions,
  requireSameTree,
  treeOf,
} from "../definitions/executionDefinitions.ts";

export interface ExportedPackage {
  readonly totalRecords: number;
  /** Undefined when there was nothing to upload. */
  readonly file: { readonly name: string; readonly sizeBytes: number } | undefined;
  readonly watermarks: Watermarks;
}

/** Writes a run's package under a name of this attempt; a package that tells nothing is dropped where the order says so. */
export async function exportPackage(
  ports: Ports,
  given: GivenOrder,
  held: Held<OutboundMessage>,
): Promise<ExportedPackage> {
  const begun = await beginExecution(ports, held.message(), () =>
    newestDefinitions(ports, given, (project) => exportedLines(project, given.order)),
  );
  const { activityId } = held.message();
  const { project, order } = begun.definitions;
  const marks = await ports.messages.findWatermarks(activityId);
  const lines = await openLines(ports, begun.definitions, held.message(), marks);
  let execution: Execution = { ...begun.execution, entities: lines.map(toEntity) };
  await saveExecution(ports, execution);
  const name = `${held.message().id}/${held.message().fence}`;
  const entities = [...execution.entities];
  const bytes = writeZip(packageFiles(ports, held, project.value, lines, entities), { modifiedAt: ports.clock.now() });
  const stored = await ports.files.store("outbound", name, bytes, activityId);
  if (!stored) throw new Error(`File ${name} is there already, though its fence is new.`);
  execution = { ...execution, entities, finishedAt: ports.clock.now() };
  await saveExecution(ports, execution);
  const totalRecords = entities.reduce((sum, entity) => sum + entity.exported, 0);
  const delivered = isDelivery(order) ? lines : [];
  const watermarks = {
    ...marks,
    ...Object.fromEntries(delivered.map(({ ref, scope }) => [markName(ref), scope.mark])),
  };
  const isTelling = lines.some(({ scope }) => scope.isAnew) || entities.some(({ deleted = 0 }) => deleted > 0);
  if (totalRecords > 0 || isTelling || !order.preventUploadAtZeroRecords) {
    return { totalRecords, file: { name, sizeBytes: stored.sizeBytes }, watermarks };
  }
  await ports.files.remove("outbound", name);
  return { totalRecords, file: undefined, watermarks };
}

async function openLines(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: OutboundMessage,
  marks: Watermarks,
): Promise<readonly ExportLine[]> {
  const { order, project } = definitions;
  const lines = exportedLines(project.value, order);
  if (lines.length === 0) throw new DomainError("invalid", `Data project "${project.name}" has no such enabled line.`);
  const opened = await Promise.all(
    lines.map(async (line) => {
      const entity = entityOf(definitions, line.entity).value;
      const format = formatOf(definitions, line.format);
      if (isComposite(entity) && !fileFormatOf(format).isXml) {
        throw new DomainError("invalid", xmlAlone(entity, format.name));
      }
      const ref: EntityRef = { entityId: entityId(entity), company: companyOf(entity, message.company) };
      const snapshot = await ports.entities.openSnapshot(ref);
      await requireSameTree(ports, treeOf(definitions, line.entity));
      const fieldMap = line.fieldMap ?? mapOfEveryField(entity);
      return {
        line,
        entity,
        format,
        fieldMap,
        ref,
        snapshot,
        recordsMax: order.recordsMax,
        scope: exportScope({ line, entity, order, dueAt: message.dueAt, snapshot, mark: marks[markName(ref)] }),
      };
    }),
  );
  // The names of files of records do not depend on which others there are.
  const names = distinctDataFileNames([...opened.map(fileOf), ...opened.map(deletedFileOf)]);
  return opened.map((line, index) => {
    const deletedFileName = line.scope.deleted && names[opened.length + index];
    return { ...line, fileName: names[index]!, deletedFileName };
  });
}

type FileFacts = Pick<ExportLine, "entity" | "format">;

function fileOf({ entity, format }: FileFacts) {
  return { label: entity.name, extension: fileFormatOf(format).extension };
}

function deletedFileOf(facts: FileFacts) {
  const { label, extension } = fileOf(facts);
  return { label: `${label}.deleted`, extension };
}

/** Under which a run keeps how far it has come with an entity of a company. */
export function markName(ref: EntityRef): string {
  return `${ref.entityId}/${ref.company ?? ""}`;
}

async function* packageFiles(
  ports: Ports,
  held: Held<OutboundMessage>,
  project: DataProject,
  lines: readonly ExportLine[],
  entities: EntityExecution[],
): AsyncGenerator<ZipInput> {
  yield { name: headerEntryName, bytes: writeHeader(headerFor(project.name)) };
  const manifest = exportManifest(project, lines.map(manifestLine));
  yield { name: manifestEntryName, bytes: await writeManifest(manifest, held.pace) };
  const executionId = held.message().executionId!;
  for (const [index, line] of lines.entries()) {
    const startedAt = ports.clock.now();
    entities[index] = { ...entities[index]!, status: "executing", startedAt };
    const sorting = { pace: held.pace, open: () => ports.staging.open(executionId) };
    const written = writeEntity(sorting, { ...line, fieldMap: withChildren(line.entity, line.fieldMap) });
    const isOwn = !fileFormatOf(line.format).isZip;
    yield { name: line.fileName, bytes: written.bytes, isOwn };
    const gone = writeDeleted(sorting, line);
    if (gone) yield { name: gone.name, bytes: gone.bytes, isOwn };
    const counts = { exported: written.count(), ...(gone && { deleted: gone.count() }) };
    entities[index] = { ...entities[index]!, ...counts, status: "finished", finishedAt: ports.clock.now() };
  }
}

function manifestLine(line: ExportLine) {
  return { ...line, ...manifestFacts(line.line, line.entity, line.format) };
}

function toEntity({ entity, format, fileName, ref, scope }: ExportLine): EntityExecution {
  const names = { entity: entity.name, format: format.name, fileName, company: ref.company };
  const { refresh, filterFrom } = scope;
  return { ...newEntityExecution(names), refresh, ...(filterFrom && { filterFrom }) };
}
