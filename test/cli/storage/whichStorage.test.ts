import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whichStorage } from "../../../cli/storage/whichStorage.ts";
import { claimRunFile } from "../../../local/runFile.ts";

const azurite = "UseDevelopmentStorage=true";
const inEnvironment = "AccountName=ours;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";
const service = { baseUrl: "http://localhost:7071", issuerUrl: "http://localhost:7071", tenantId: "t" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "storage-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function runHere(): Promise<void> {
  const claim = await claimRunFile(folder, { ...service, isFolderHolder: true });
  await claim.tellStorage(azurite);
}

describe("the storage that a command means", () => {
  test("is that of the service which runs here, where nothing else is said", async () => {
    await runHere();

    expect(await whichStorage({}, { env: {}, folder })).toEqual({
      storage: { kind: "connectionString", connectionString: azurite },
      name: "the storage of http://localhost:7071",
      isLocal: true,
    });
  });

  test("is not that of the service which runs here, where the environment means another service", async () => {
    await runHere();
    const env = { RECURRING_INTEGRATIONS_URL: "https://files.example" };

    await expect(whichStorage({}, { env, folder })).rejects.toThrow(
      "https://files.example does not run out of this folder",
    );
  });

  test("is what the environment says as the service is told it, and its key is in no name", async () => {
    await runHere();

    const meant = await whichStorage({}, { env: { DataStorage: inEnvironment }, folder });

    expect(meant).toMatchObject({ storage: { connectionString: inEnvironment }, name: "ours", isLocal: false });
  });

  test("is the service's that is named, whatever the environment says", async () => {
    await runHere();

    const meant = await whichStorage({ url: service.baseUrl }, { env: { DataStorage: inEnvironment }, folder });

    expect(meant.isLocal).toBe(true);
  });

  test("is all three services of the account that is named, in any cloud", async () => {
    const account = "https://ours.queue.core.chinacloudapi.cn/";

    const { storage, name } = await whichStorage({ account }, { env: { DataStorage: inEnvironment }, folder });

    expect(name).toBe("ours.blob.core.chinacloudapi.cn");
    expect(storage).toEqual({
      kind: "identity",
      blobServiceUri: "https://ours.blob.core.chinacloudapi.cn",
      queueServiceUri: "https://ours.queue.core.chinacloudapi.cn",
      tableServiceUri: "https://ours.table.core.chinacloudapi.cn",
      clientId: undefined,
    });
  });

  for (const [what, values, env, words] of [
    ["nothing", {}, {}, "--account https://NAME.blob.core.windows.net"],
    ["an account without a lock", { account: "http://ours.blob.core.windows.net" }, {}, "is no storage account"],
    ["an address of something else", { account: "https://files.example" }, {}, "is no storage account"],
    ["a name alone", { account: "ours" }, {}, "is no storage account"],
    [
      "a part of the addresses",
      {},
      { DataStorage__blobServiceUri: "https://ours.blob.core.windows.net" },
      "needed beside",
    ],
  ] as const) {
    test(`cannot be told from ${what}`, async () => {
      await expect(whichStorage(values, { env, folder })).rejects.toThrow(words);
    });
  }
});
