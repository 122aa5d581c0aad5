import path from "node:path";
import { FolderError } from "../../../definitions/folder/problems.ts";
import { type DefinitionFolder, readFolder } from "../../../definitions/folder/readFolder.ts";
import { noValues, readValues, type Values } from "../../../definitions/folder/values.ts";
import { type ManagementApi, managementApi } from "../../../definitions/managementApi.ts";
import type { Connection } from "../../connection/connect.ts";
import { UsageError } from "../../exitCodes.ts";

interface Given {
  readonly positionals: readonly string[];
  readonly folder: string;
  readonly values: { readonly values?: string | undefined };
}

/** What differs from environment to environment. */
export const valuesOption = {
  type: "string",
  value: "file",
  help: "the values of this environment, as YAML or JSON: what ${name} in the folder stands for",
} as const;

/** The one argument of a command that works on a folder or a file. */
export function theArgument({ positionals, folder }: Pick<Given, "positionals" | "folder">, what: string): string {
  const [named, ...more] = positionals;
  if (named === undefined || more.length > 0) throw new UsageError(`Say one ${what}.`);
  return path.resolve(folder, named);
}

/** The folder, when it is sound. */
export async function readGivenFolder(given: Given): Promise<DefinitionFolder> {
  const folder = theArgument(given, "folder of definitions");
  return soundly(async () => readFolder(folder, await readGivenValues(given)));
}

/** The values that are said, if any. */
export async function readGivenValues({ folder, values: { values } }: Given): Promise<Values> {
  return values === undefined ? noValues : soundly(() => readValues(path.resolve(folder, values)));
}

/** What is wrong with a file is wrong with what was said. */
export async function soundly<T>(readIt: () => Promise<T>): Promise<T> {
  try {
    return await readIt();
  } catch (error) {
    throw error instanceof FolderError ? new UsageError(error.message, { cause: error }) : error;
  }
}

export function apiOf({ baseUrl, fetchManage }: Connection): ManagementApi {
  return managementApi(baseUrl, fetchManage);
}
