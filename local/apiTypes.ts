import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { toOpenApi } from "../shared/http/openApi.ts";

/** Writes the TypeScript types by which the client asks the API, unless they are those of today's OpenAPI document. */
export async function writeApiTypes(sourceRoot: string): Promise<void> {
  const folder = path.join(sourceRoot, "client/generated");
  const [document, types] = [path.join(folder, "openapi.json"), path.join(folder, "api.ts")];
  const text = JSON.stringify(toOpenApi("https://files.example"));
  const known = await readFile(document, "utf8").catch(() => undefined);
  if (known === text && (await readFile(types).catch(() => undefined)) !== undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(document, text);
  const generator = path.join(import.meta.dirname, "generateTypes.ts");
  const child = spawn(process.execPath, [generator, document, types], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error("The types of the API could not be made.");
}
