import type { TokenCredential } from "@azure/core-auth";
import { DefaultAzureCredential, ManagedIdentityCredential } from "@azure/identity";
import type { DataStorage } from "./config.ts";
import type { StorageAccount } from "./storage/ground/azure/credentials.ts";

/** The account with the data, and the service as itself before it. */
export function accountOf(storage: DataStorage): StorageAccount {
  if (storage.kind === "connectionString") return storage;
  const { blobServiceUri, queueServiceUri, tableServiceUri } = storage;
  return { blobServiceUri, queueServiceUri, tableServiceUri, credential: credentialOf(storage) };
}

/** Gives tokens of the service as itself for an audience; nothing is asked or made before the first one. */
export function tokensOf(storage: DataStorage): (scope: string) => Promise<string> {
  let credential: TokenCredential | undefined;
  return async (scope) => {
    credential ??= credentialOf(storage);
    const found = await credential.getToken(scope);
    if (!found) throw new Error(`There is no token for ${scope}.`);
    return found.token;
  };
}

function credentialOf(storage: DataStorage): TokenCredential {
  const clientId = storage.kind === "identity" ? storage.clientId : undefined;
  return clientId ? new ManagedIdentityCredential({ clientId }) : new DefaultAzureCredential();
}
