// Runs Azurite in this process, and ends it cleanly when its standard input ends: that happens however the parent ends,
// so the five seconds of data that Azurite has not saved yet are never lost. Arguments: the folder (empty: in memory),
// then the blob, queue and table port.
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

type Checksums = (stream: unknown, expected: object, force?: object) => Promise<unknown>;

const stopMsMax = 60_000;
const [folder = "", blobPort = "0", queuePort = "0", tablePort = "0"] = process.argv.slice(2);

process.stdin.once("end", stop).once("error", stop).resume();
// Nobody reads the output of a process whose parent is gone.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

if (folder !== "") {
  await mkdir(folder, { recursive: true });
  await takeFolder(folder);
}
const ports = { blob: blobPort, queue: queuePort, table: tablePort };
const addresses = Object.entries(ports).flatMap(([name, port]) => [
  `--${name}Host`,
  "127.0.0.1",
  `--${name}Port`,
  port,
]);
const place = folder === "" ? ["--inMemoryPersistence"] : ["--location", folder];
const quiet = ["--silent", "--skipApiVersionCheck", "--loose", "--disableTelemetry"];
process.argv = [process.execPath, "azurite", ...quiet, ...addresses, ...place];
const require = createRequire(import.meta.url);
sparesChecksums(require("azurite/dist/src/common/utils/utils.js"));
require("azurite/dist/src/azurite.js");

function stop(): void {
  // Azurite listens for this signal once it runs; before that there is nothing to save.
  if (!process.emit("SIGTERM", "SIGTERM")) process.exit(0);
  setTimeout(() => process.exit(1), stopMsMax).unref();
}

/**
 * Of a block without a checksum Azurite computes a CRC64 for its answer, byte by byte in JavaScript, in more time than all
 * else that it does. Nobody here looks at it; what a request brings along is still checked.
 */
function sparesChecksums(azurite: { computeTransactionalChecksums?: Checksums }): void {
  const compute = azurite.computeTransactionalChecksums;
  if (!compute) return;
  azurite.computeTransactionalChecksums = (stream, expected, force) =>
    compute(stream, expected, { ...force, crc64: false });
}

/**
 * Two Azurites on one folder destroy it. The lock is a local socket, because the system frees it with its process; the
 * one who finds it taken holds a connection to it, and goes on when that ends.
 */
async function takeFolder(taken: string): Promise<void> {
  const name = createHash("sha256").update(path.resolve(taken)).digest("hex").slice(0, 16);
  const address =
    process.platform === "win32" ? `\\\\.\\pipe\\azurite-${name}` : path.join(tmpdir(), `azurite-${name}.sock`);
  while (!(await listen(address))) {
    const wasAlive = await waitForHolder(address);
    if (!wasAlive && process.platform !== "win32") rmSync(address, { force: true });
  }
}

function listen(address: string): Promise<boolean> {
  const server = createServer((socket) => socket.on("error", () => {}).unref());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(true);
    });
  });
}

/** False when nobody held the address: the file of a process that was killed. */
function waitForHolder(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    let isConnected = false;
    const socket = connect(address, () => {
      isConnected = true;
      console.log(
        `Waiting for another Azurite on ${folder} to end: that of a service that is stopping, or that was killed and ` +
          "whose data are being saved. Ctrl-C ends this start.",
      );
    });
    socket.on("error", () => {}).on("close", () => resolve(isConnected));
    socket.resume();
  });
}
