import path from "node:path";
import { FolderError } from "../../../definitions/folder/problems.ts";
import { type DefinitionFolder, readFolder } from "../../../definitions/folder/readFolder.ts";
import { type ManagementApi, managementApi } from "../../../definitions/managementApi.ts";
import type { Connection } from "../../connection/connect.ts";
import { UsageError } from "../../exitCodes.ts";

interface Given {
  readonly positionals: readonly string[];
  readonly folder: string;
}

/** The one argument of a command that works on a folder or a file. */
export function theArgument({ positionals, folder }: Given, what: string): string {
  const [named, ...more] = positionals;
  if (named === undefined || more.length > 0) throw new UsageError(`Say one ${what}.`);
  return path.resolve(folder, named);
}

/** The folder, when it is sound. */
export async function readGivenFolder(given: Given): Promise<DefinitionFolder> {
  try {
    return await readFolder(theArgument(given, "folder of definitions"));
  } catch (error) {
    throw error instanceof FolderError ? new UsageError(error.message, { cause: error }) : error;
  }
}

export function apiOf({ baseUrl, fetchManage }: Connection): ManagementApi {
  return managementApi(baseUrl, fetchManage);
}
