// Runs a script of this project, or a tool that it depends on, on the Node that package-lock.json pins:
//   node local/run.mjs local/start.ts --port 0        node local/run.mjs vitest run
// Plain JavaScript without dependencies, because it is what makes the dependencies be there: it works on Node 20 too.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./installation.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const repeatMs = 500;
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

try {
  const node = await ensureInstalled(root, runToEnd);
  const [target, ...rest] = process.argv.slice(2);
  if (target === undefined) throw new Error("Say what to run: node local/run.mjs <script or tool> [arguments].");
  const env = {
    ...process.env,
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH ?? process.env.Path ?? ""),
  };
  await runToEnd(node, [findProgram(target), ...rest], { env, stdio: ["inherit", "inherit", "inherit", "ipc"] }).then(
    leave,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** A path is taken from where the caller stands; anything else is the tool of the package with that name. */
function findProgram(target) {
  if (/\.(ts|mjs|js)$/.test(target)) return path.resolve(root, target);
  const folder = path.join(root, "node_modules", target);
  if (!existsSync(path.join(folder, "package.json"))) {
    throw new Error(`"${target}" is neither a script (.ts, .mjs, .js) nor an installed package with a command.`);
  }
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = typeof bin === "string" ? bin : bin?.[target];
  if (file === undefined) throw new Error(`The package "${target}" has no command of its own name.`);
  return path.join(folder, file);
}

/**
 * Waits for a child and passes signals on. Ctrl-C in a terminal reaches the whole process group, and npm passes it on a
 * second time: a child in a group of its own gets it from here alone, once. (Windows has no groups: there the console
 * tells everybody, and this process only waits.) The channel tells the child when this process is killed outright.
 */
function runToEnd(command, args, options) {
  const detached = process.platform !== "win32";
  const child = spawn(command, args, { cwd: root, ...options, detached });
  const lastSent = new Map();
  const forward = (signal) => {
    const now = Date.now();
    if (!detached || now - (lastSent.get(signal) ?? 0) < repeatMs) return;
    lastSent.set(signal, now);
    child.kill(signal);
  };
  for (const signal of forwardedSignals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  }).finally(() => {
    for (const signal of forwardedSignals) process.off(signal, forward);
  });
}

/** Ends as the child ended, signal included, so that a shell sees what happened. */
function leave({ code, signal }) {
  if (signal === null) process.exitCode = code;
  else process.kill(process.pid, signal);
}
