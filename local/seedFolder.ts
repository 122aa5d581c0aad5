import path from "node:path";
import { readdir } from "node:fs/promises";
import { applyDefinitions } from "../definitions/applyFolder.ts";
import { listCsvFiles, proposeWay } from "../definitions/csvFolder.ts";
import { readFolder } from "../definitions/folder/readFolder.ts";
import { noValues, readValues, type Values } from "../definitions/folder/values.ts";
import { describe, kinds } from "../definitions/kinds.ts";
import { isSameName } from "../shared/domain/dataEntity.ts";
import type { ManagementApi } from "../definitions/managementApi.ts";
import type { Seeded, SendTo } from "./announce.ts";
import { applications, clientApplication } from "./issuer/applications.ts";

/**
 * Brings a service to what a folder of definitions says, with a file of values where it has placeholders, or makes a way for
 * each file of a folder of CSV files.
 */
export async function seedFolder(api: ManagementApi, folder: string, values?: string): Promise<Seeded> {
  const entries = await readdir(folder, { withFileTypes: true });
  const hasKinds = entries.some((entry) => entry.isDirectory() && kinds.some(({ list }) => list === entry.name));
  if (hasKinds) return seedDefinitions(api, folder, values === undefined ? noValues : await readValues(values));
  if (values === undefined) return seedFiles(api, folder);
  throw new Error(`${folder} has no definitions, and CSV files take no --values.`);
}

async function seedDefinitions(api: ManagementApi, folder: string, values: Values): Promise<Seeded> {
  const { definitions } = await readFolder(folder, values);
  const stored = (await applyDefinitions(api, definitions)).map(({ step }) => describe(step));
  const seenOf = (kind: string): readonly Seen[] => {
    return definitions.filter((definition) => definition.kind.name === kind).map(({ value }): Seen => value);
  };
  const sends = seenOf("job").flatMap(
    ({ activityId = "", project = "", source, direction, applications: listed = [] }) => {
      const known = applications.find(({ clientId }) => listed.some(({ applicationId }) => applicationId === clientId));
      const lines = seenOf("project").find(({ name = "" }) => isSameName(name, project))?.lines ?? [];
      if (direction !== "import" || source === "package" || !known) return [];
      return lines.map(({ entity }) => ({ activityId, entity, file: "<file>", clientId: known.clientId }));
    },
  );
  return { stored, warnings: [], sends };
}

/** What is looked for in definitions of several kinds. */
interface Seen {
  readonly name?: string;
  readonly activityId?: string;
  readonly project?: string;
  readonly source?: string;
  readonly direction?: string;
  readonly applications?: readonly { readonly applicationId: string }[];
  readonly lines?: readonly { readonly entity: string }[];
}

async function seedFiles(api: ManagementApi, folder: string): Promise<Seeded> {
  const files = await listCsvFiles(folder);
  if (files.length === 0) {
    const lists = kinds.map(({ list }) => `${list}/`).join(", ");
    throw new Error(`${folder} has neither definitions (${lists}) nor CSV files.`);
  }
  const { clientId } = clientApplication;
  const seeded: { stored: string[]; warnings: string[]; sends: SendTo[] } = { stored: [], warnings: [], sends: [] };
  for (const file of files) {
    const way = await proposeWay(api, folder, file, clientId);
    const done = await applyDefinitions(api, way.definitions, { onlyMissing: true });
    seeded.stored.push(...done.map(({ step }) => describe(step)));
    seeded.warnings.push(...way.warnings.map((warning) => `${file}: ${warning}`));
    const shown = path.relative(process.cwd(), path.join(folder, file));
    seeded.sends.push({ activityId: way.activityId, entity: way.entity, file: shown, clientId });
  }
  return seeded;
}
