import { build, type Rolldown } from "vite";
import { pageConfig } from "./pageConfig.ts";

/** What the page is built to, in memory. */
export async function runVite(sourceRoot: string): Promise<readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]> {
  const result = await build(pageConfig(sourceRoot));
  if (!("output" in result)) throw new Error("Vite gave no single build.");
  return result.output;
}
