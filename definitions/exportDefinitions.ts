import { type Written, type WriteWishes, writeFolder } from "./folder/writeFolder.ts";
import { type Definition, kinds } from "./kinds.ts";
import type { ManagementApi } from "./managementApi.ts";
import { listStored } from "./stored.ts";

/** Writes everything that somebody saved on a service to a folder, so that a plan of it has no step. */
export async function exportDefinitions(api: ManagementApi, folder: string, wishes: WriteWishes): Promise<Written> {
  const definitions: Definition[] = [];
  for (const kind of kinds) definitions.push(...(await listStored(api, kind)));
  return writeFolder(folder, definitions, wishes);
}
