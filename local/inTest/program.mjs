// Where the service of a test is: its sources in a clone, or what the package brought.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, findPinnedNode, oldestNode } from "../installation.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, "cloneProcess.ts");
const packages = createRequire(path.join(here, "program.mjs"));

/** The script that runs the service, and the Node for it; throws what must be installed first. */
export async function findProgram() {
  if (existsSync(source)) return { node: await ensureInstalled(path.resolve(here, "../..")), script: source };
  requireAzurite();
  return { node: findNode(), script: path.join(here, "packageProcess.js") };
}

function requireAzurite() {
  if (folderOf("azurite") !== undefined) return;
  throw new Error(
    "The service inside a test keeps its data in Azurite, the storage emulator, and that is not installed here: " +
      "npm install --save-dev azurite",
  );
}

/** A test may run on an older Node than the service does. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return process.execPath;
  const folder = folderOf("node");
  const root = folder && path.resolve(folder, "../..");
  const node = root && findPinnedNode(root);
  if (node !== undefined) return path.join(root, node);
  const lacks =
    folder === undefined
      ? "Install one beside it"
      : `The package "node" in ${folder} has none that runs here (were install scripts switched off?); install it anew`;
  throw new Error(
    `The service inside a test runs on Node ${oldestNode} or newer, and this is Node ${process.versions.node}. ` +
      `${lacks}: npm install --save-dev node@${oldestNode}`,
  );
}

function folderOf(name) {
  try {
    return path.dirname(packages.resolve(`${name}/package.json`));
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
