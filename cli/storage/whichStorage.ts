import { type DataStorage, readStorage } from "../../shared/config.ts";
import { readAddress } from "../connection/given.ts";
import { findLocalService } from "../connection/localService.ts";
import { UsageError } from "../exitCodes.ts";
import type { CommonValues } from "../options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { StorageValues } from "./options.ts";

/** A storage, and what people call it. */
export interface MeantStorage {
  readonly storage: DataStorage;
  /** For people, without a key. */
  readonly name: string;
  /** The service of this machine that works on it. */
  readonly isLocal: boolean;
}

/** The storage that is meant: what the command line says, else the environment, else that of the service that runs here. */
export async function whichStorage(
  values: CommonValues & StorageValues,
  { env, folder }: Pick<Surroundings, "env" | "folder">,
): Promise<MeantStorage> {
  if (values.account !== undefined) return ofAccount(values.account);
  if (values.url === undefined) {
    const storage = readStorage(env, []);
    if (storage.kind === "connectionString") return { storage, name: nameOf(storage.connectionString), isLocal: false };
    if (storage.blobServiceUri) return ofIdentity(storage);
  }
  const address = readAddress(values, { env });
  const running = await findLocalService(folder, address);
  if (running?.storage !== undefined) {
    const storage = { kind: "connectionString", connectionString: running.storage } as const;
    return { storage, name: `the storage of ${new URL(running.baseUrl).origin}`, isLocal: true };
  }
  const where =
    address === undefined ? "no service runs out of this folder" : `${address} does not run out of this folder`;
  throw new UsageError(
    `Which storage? Say --account https://NAME.blob.core.windows.net, or set DataStorage as the service has it; ${where}.`,
  );
}

function ofIdentity(storage: DataStorage & { readonly kind: "identity" }): MeantStorage {
  const { blobServiceUri, queueServiceUri, tableServiceUri } = storage;
  if (!queueServiceUri || !tableServiceUri) {
    throw new UsageError("DataStorage__queueServiceUri and DataStorage__tableServiceUri are needed beside the blobs'.");
  }
  for (const uri of [blobServiceUri, queueServiceUri, tableServiceUri]) {
    if (!URL.canParse(uri) || new URL(uri).protocol !== "https:") throw noAccount(uri);
  }
  return { storage, name: new URL(blobServiceUri).host, isLocal: false };
}

/** The three services of an account differ in one word of their addresses, in every cloud. */
function ofAccount(said: string): MeantStorage {
  const url = URL.canParse(said.trim()) ? new URL(said.trim()) : undefined;
  const [, account, rest] =
    /^([a-z0-9]{3,24}(?:-secondary)?)\.(?:blob|queue|table)\.(.+)$/.exec(url?.hostname ?? "") ?? [];
  if (url?.protocol !== "https:" || account === undefined) throw noAccount(said);
  const of = (service: string): string => `https://${account}.${service}.${rest}`;
  return ofIdentity({
    kind: "identity",
    blobServiceUri: of("blob"),
    queueServiceUri: of("queue"),
    tableServiceUri: of("table"),
    clientId: undefined,
  });
}

function noAccount(said: string): UsageError {
  return new UsageError(`"${said}" is no storage account, as https://NAME.blob.core.windows.net is.`);
}

/** Nothing of what is behind the name but the account's. */
function nameOf(connectionString: string): string {
  return /AccountName=([a-z0-9]{3,24})/i.exec(connectionString)?.[1] ?? "the storage of DataStorage";
}
