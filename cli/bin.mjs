#!/usr/bin/env node
// The command of the package. In a clone it runs the sources, on the Node that the project pins and with the packages of
// its lock file; installed as a package it runs the bundle. Plain JavaScript: it makes that the rest can run.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const source = path.join(root, "cli/main.ts");

if (!existsSync(source)) await import(pathToFileURL(path.join(root, "dist/cli/main.js")).href);
else await runSource();

async function runSource() {
  const { ensureInstalled } = await import("../local/installation.mjs");
  const { runToEnd } = await import("../local/childProcess.mjs");
  try {
    const node = await ensureInstalled(root);
    if (Number.parseInt(process.versions.node, 10) >= 24) return await import(pathToFileURL(source).href);
    const options = { stdio: "inherit", detached: process.platform !== "win32" };
    const { code, signal } = await runToEnd(node, [source, ...process.argv.slice(2)], options);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
