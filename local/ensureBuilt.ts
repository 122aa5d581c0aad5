import path from "node:path";
import { isBuildCurrent } from "./buildStamp.ts";

const root = path.dirname(import.meta.dirname);

/** Builds the app, unless the build that is there is one of the sources as they are. */
export async function ensureBuilt(): Promise<void> {
  if (await isBuildCurrent(root)) return;
  const { buildApp } = await import("./build.ts");
  await buildApp();
}
