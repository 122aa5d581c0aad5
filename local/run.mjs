// Runs a script of this project, or a tool that it depends on, on the Node that the project pins:
//   node local/run.mjs local/start.ts --port 0        node local/run.mjs vitest run
// Options of Node itself stand before the script: npm start has the heap of an instance with 2 GB, because V8 takes more
// on a large machine than the service needs.
// Plain JavaScript without dependencies, because it is what makes the dependencies be there: it works on Node 20 too.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./childProcess.mjs";
import { ensureInstalled } from "./installation.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

try {
  const node = await ensureInstalled(root);
  const given = process.argv.slice(2);
  const options = given.slice(
    0,
    Math.max(
      given.findIndex((argument) => !argument.startsWith("--")),
      0,
    ),
  );
  const [target, ...rest] = given.slice(options.length);
  if (target === undefined)
    throw new Error("Say what to run: node local/run.mjs [options of Node] <script or tool> [arguments].");
  leave(await runToEnd(node, [...options, findProgram(target), ...rest], programOptions(node)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** A script's path starts at the project's root; anything else is the command of the package with that name. */
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

/** The channel tells the child when this process is killed outright; the PATH gives the same Node to what it starts. */
function programOptions(node) {
  const searchPath = [path.dirname(node), process.env.PATH ?? process.env.Path ?? ""].join(path.delimiter);
  return {
    cwd: root,
    env: { ...process.env, PATH: searchPath },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    detached: process.platform !== "win32",
  };
}

/** Ends as the child ended, signal included, so that a shell sees what happened. */
function leave({ code, signal }) {
  if (signal === null) process.exitCode = code;
  else process.kill(process.pid, signal);
}
