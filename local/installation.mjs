// Makes sure that node_modules holds what package-lock.json says, whole, and finds the pinned Node in it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAlive, runToEnd } from "./childProcess.mjs";

/** What the service runs on. */
export const oldestNode = 24;
const lockCheckMs = 500;
const windows = process.platform === "win32";
const installArguments = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
const stampFile = (root) => path.join(root, "node_modules", ".recurring-integrations.json");
const lockFile = (root) => path.join(root, ".local", "install.pid");

/**
 * Returns the Node to run on. Installs by the lock file when node_modules is missing, was left half done or does not
 * fit the lock file; the stamp that says "whole" is written last, so an interrupted install is never taken for one.
 */
export async function ensureInstalled(root) {
  const found = findWhole(root);
  if (found !== undefined) return found;
  const release = await acquireInstallLock(root);
  try {
    // Whoever held the lock before may have done the work.
    return findWhole(root) ?? (await install(root));
  } finally {
    release();
  }
}

function findWhole(root) {
  const lock = readLock(root);
  const stamp = readJson(stampFile(root));
  if (stamp?.lockHash === lock.hash && isUsable(root, stamp.node)) return nodeOf(root, stamp.node);
  if (!isWholeByNpm(root, lock.packages) || findPinnedNode(root) === undefined) return undefined;
  return writeStamp(root, lock.hash);
}

async function install(root) {
  refuseLink(path.join(root, "node_modules"));
  rmSync(stampFile(root), { force: true });
  console.error("Installing the dependencies by package-lock.json (npm ci) …");
  const [command, ...args] = npmCommand();
  const { code, signal } = await runToEnd(command, [...args, ...installArguments], {
    cwd: root,
    stdio: "inherit",
    shell: command === "npm",
    onStart: (pid) => writeFileSync(lockFile(root), String(pid)),
  });
  if (code !== 0) {
    throw new Error(`npm ci ended with ${signal ?? `code ${code}`}. Its own lines above say why; then run this again.`);
  }
  return writeStamp(root, readLock(root).hash);
}

/** npm empties a folder before it fills it: that of somebody else, which a link shares, is not ours to empty. */
function refuseLink(folder) {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new Error(
    `node_modules is a link to ${readlinkSync(folder)}, and what is there does not fit package-lock.json. ` +
      "Install it there, or take the link away: then this installs a folder of its own.",
  );
}

/** Two starts at once must not both fill node_modules; an installer that outlived its launcher is waited for too. */
async function acquireInstallLock(root) {
  mkdirSync(path.dirname(lockFile(root)), { recursive: true });
  for (let hasSaid = false; ; hasSaid = true) {
    try {
      writeFileSync(lockFile(root), String(process.pid), { flag: "wx" });
      return () => rmSync(lockFile(root), { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = Number.parseInt(readFileSync(lockFile(root), { encoding: "utf8", flag: "a+" }), 10);
    if (!Number.isInteger(holder) || !isAlive(holder)) {
      rmSync(lockFile(root), { force: true });
      continue;
    }
    if (!hasSaid) console.error(`Waiting for another install of this folder (process ${holder}) …`);
    await setTimeout(lockCheckMs);
  }
}

/** Asks for the Node first: without one to run on, the install counts as unfinished. */
function writeStamp(root, lockHash) {
  const node = findPinnedNode(root) ?? null;
  const command = nodeOf(root, node);
  writeFileSync(stampFile(root), JSON.stringify({ lockHash, node }));
  return command;
}

/** The npm that started us, so that a machine with several keeps to one. */
function npmCommand() {
  const started = process.env.npm_execpath;
  return started?.endsWith("npm-cli.js") && existsSync(started) ? [process.execPath, started] : ["npm"];
}

/**
 * npm writes its own copy of the lock file at the very end of an install. Where that copy agrees with ours, the folder
 * was filled by `npm ci` or `npm install` by hand and is whole.
 */
function isWholeByNpm(root, packages) {
  const installed = readJson(path.join(root, "node_modules", ".package-lock.json"))?.packages;
  if (installed === undefined) return false;
  return Object.entries(packages).every(([location, entry]) => {
    if (location === "") return true;
    const found = installed[location];
    return found === undefined ? mayBeAbsent(entry) : found.version === entry.version;
  });
}

function mayBeAbsent(entry) {
  return entry.optional === true || entry.devOptional === true || entry.os !== undefined || entry.cpu !== undefined;
}

/** Relative to the root, so that a folder that moved still works. A binary that does not run here does not count. */
export function findPinnedNode(root) {
  const platform = windows ? "win" : process.platform;
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const file = path.join("bin", windows ? "node.exe" : "node");
  const binaryPackage = `${prefix}-${platform}-${process.arch}`;
  return [
    path.join("node_modules", "node", file),
    path.join("node_modules", "node", "node_modules", binaryPackage, file),
    path.join("node_modules", binaryPackage, file),
  ].find(
    (candidate) => existsSync(path.join(root, candidate)) && majorVersion(path.join(root, candidate)) >= oldestNode,
  );
}

function majorVersion(command) {
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout.slice(1), 10) : 0;
}

function isUsable(root, node) {
  return node === null || existsSync(path.join(root, node));
}

function nodeOf(root, node) {
  if (node !== null) return path.join(root, node);
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return process.execPath;
  throw new Error(
    `This project runs on Node ${oldestNode}. It comes as the package "node", but its binary is not there or ` +
      `does not run on this machine (install scripts switched off, or none for ${process.platform} ${process.arch}). ` +
      `Install Node ${oldestNode} yourself and run this with it; this is Node ${process.versions.node}.`,
  );
}

function readLock(root) {
  const text = readFileSync(path.join(root, "package-lock.json"), "utf8");
  return { hash: createHash("sha256").update(text).digest("hex"), packages: JSON.parse(text).packages };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Absent or half written: both mean that there is nothing to trust.
    return undefined;
  }
}
