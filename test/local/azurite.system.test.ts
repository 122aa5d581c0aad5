import { BlobServiceClient } from "@azure/storage-blob";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startAzurite } from "../../local/azurite.ts";

const parentScript = path.join(import.meta.dirname, "fixtures", "azuriteParent.ts");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "azurite data "));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

function container(connectionString: string): ReturnType<BlobServiceClient["getContainerClient"]> {
  return BlobServiceClient.fromConnectionString(connectionString).getContainerClient("kept");
}

async function startParent(): Promise<{ readonly parent: ChildProcess; readonly connectionString: string }> {
  const parent = fork(parentScript, [folder], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [connectionString] = await once(parent, "message");
  return { parent, connectionString: String(connectionString) };
}

describe("Azurite as a child", () => {
  test("keeps what it was given last when its parent is killed, and the next one there waits for it", async () => {
    const { parent, connectionString } = await startParent();
    await container(connectionString).create();
    await container(connectionString).uploadBlockBlob("late.txt", "written last", 12);

    parent.kill("SIGKILL");
    await once(parent, "exit");
    const next = await startAzurite({ folder });

    const bytes = await container(next.connectionString).getBlobClient("late.txt").downloadToBuffer();
    expect(bytes.toString()).toBe("written last");
    await next.stop();
  });

  test("ends by itself after its stop, without an error", async () => {
    const azurite = await startAzurite({ folder });

    await azurite.stop();

    expect(await azurite.ended).toEqual({ code: 0, errorText: "" });
  });

  test("that cannot start says why", async () => {
    const first = await startAzurite();

    const second = startAzurite({ blobPort: first.ports.blob });

    await expect(second).rejects.toThrow("EADDRINUSE");
    await first.stop();
  });
});
