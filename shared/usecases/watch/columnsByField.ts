import { isSameName } from "../../domain/dataEntity.ts";
import { enabledLinesInOrder, findEntryName } from "../../domain/dataPackage.ts";
import { enabledLines } from "../../domain/dataProject.ts";
import { mapByName } from "../../domain/fieldMap.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { packageFieldMap } from "../../domain/packageFieldMap.ts";
import type { Ports } from "../../ports.ts";
import { type ExecutionDefinitions, definitionsOf, entityOf } from "../definitions/executionDefinitions.ts";
import { openStoredPackage } from "../sources/openPackage.ts";
import { isRefusal } from "../sources/refusal.ts";
import type { RejectedFile } from "./rejectedRows.ts";

type ColumnOf = (field: string) => string | undefined;

/** Which column of its file fed a field of an execution; undefined for one that none did, or where nobody knows it any more. */
export async function columnsByField(
  ports: Ports,
  file: RejectedFile,
  message: InboundMessage | undefined,
  columns: readonly string[],
): Promise<ColumnOf> {
  const { versions } = file.execution;
  if (!versions) return () => undefined;
  const map = await mapOf(ports, file, message, await definitionsOf(ports, versions), columns);
  const fed = byFoldedName(map, ({ field }) => field);
  const known = byFoldedName(columns, (column) => column.trim());
  return (field) => {
    const column = fed.get(foldName(field))?.column;
    return column === undefined ? undefined : known.get(foldName(column.trim()));
  };
}

/** As the import chooses it: the line's, else the package's, else by the names. */
async function mapOf(
  ports: Ports,
  { entity: of }: RejectedFile,
  message: InboundMessage | undefined,
  definitions: ExecutionDefinitions,
  columns: readonly string[],
): Promise<FieldMap> {
  const line = enabledLines(definitions.project.value).find(({ entity }) => isSameName(entity, of.entity));
  if (line?.fieldMap) return line.fieldMap;
  const entity = entityOf(definitions, of.entity).value;
  const isPackage = message !== undefined && definitions.order.source === "package";
  const maps = isPackage ? await entityMapsOf(ports, message, of.fileName) : [];
  return packageFieldMap(entity, maps) ?? mapByName(entity, columns);
}

async function entityMapsOf(ports: Ports, { id }: InboundMessage, fileName: string) {
  try {
    const { manifest } = await openStoredPackage(ports, id, ports.startPace());
    const line = enabledLinesInOrder(manifest).find(({ inputFilePath }) => findEntryName([fileName], inputFilePath));
    return line?.entityMaps ?? [];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
