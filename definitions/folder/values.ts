// What differs from environment to environment stands in a file of values, and `${name}` in a definition stands for one.
import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { parseFile } from "./parseFile.ts";
import { FolderError } from "./problems.ts";

/** Of one environment: any JSON but null, by name. */
export type Values = ReadonlyMap<string, unknown>;

export const noValues: Values = new Map();

const bytesMax = 1024 * 1024;
const nameForm = /^[A-Za-z_][\w.-]*$/u;

/** Reads a file of values, a flat YAML or JSON object. Throws a FolderError with everything that is wrong. */
export async function readValues(file: string): Promise<Values> {
  const name = path.basename(file);
  const fail = (message: string, member = "", line?: number): never => {
    const problem = { file: name, path: member, message, ...(line !== undefined && { line }) };
    throw new FolderError(file, [problem], "file of values");
  };
  const parsed = parseFile(await readText(file, fail), name.toLowerCase().endsWith(".json"));
  if ("message" in parsed) return fail(parsed.message, "", parsed.line);
  const { json, lineOf } = parsed;
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("Values stand as `name: value`.");
  const values = new Map<string, unknown>(Object.entries(json));
  for (const [member, value] of values) {
    const line = lineOf(member);
    if (!nameForm.test(member))
      fail("A name is letters, digits, _, - and dots, and begins with a letter.", member, line);
    if (value === null) fail("It has no value. An empty text is written as ''.", member, line);
  }
  return values;
}

async function readText(file: string, fail: (message: string) => never): Promise<string> {
  try {
    const { size } = await lstat(file);
    if (size > bytesMax) return fail(`The file has ${size} bytes; values have at most ${bytesMax}.`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof FolderError) throw error;
    return fail(error instanceof Error ? error.message : String(error));
  }
}
