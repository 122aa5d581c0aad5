import { readFile } from "node:fs/promises";

/** The text of a file; undefined when there is none. */
export async function readFileIfAny(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The JSON in a file; undefined when there is none, or it was cut off while it was written. */
export async function readJsonIfAny<T>(file: string): Promise<T | undefined> {
  const text = await readFileIfAny(file);
  if (text === undefined) return undefined;
  try {
    const json: T = JSON.parse(text);
    return json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
