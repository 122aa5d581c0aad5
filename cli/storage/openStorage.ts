// Loaded by the commands that need it alone: the others start without the packages of Azure.
import { ConfigError, readSettings } from "../../shared/config.ts";
import type { Settings } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import type { StorageAccount } from "../../shared/storage/ground/azure/credentials.ts";
import { listPlaces, type Places } from "../../shared/storage/ground/azure/places.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { containerNames, tableNames } from "../../shared/storage/ground/names.ts";
import { UsageError } from "../exitCodes.ts";
import type { CommonValues } from "../options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { StorageValues } from "./options.ts";
import { type MeantStorage, whichStorage } from "./whichStorage.ts";

export interface OpenedStorage extends MeantStorage {
  readonly ground: Ground;
  /** What of it was there when it was opened. */
  readonly places: Places;
  /** As the environment says them, as for the service itself. */
  readonly settings: Settings;
}

/** What every system has made before it does anything else. */
const firstPlaces = { table: tableNames.definitions, container: containerNames.definitions };

/**
 * The storage of a system, past the service that works on it: tables, blobs and queues as the service sees them. Where
 * `mayBeEmpty` is not said, one in which no system ever worked is refused, so that nothing is made in a wrong account.
 */
export async function openStorage(
  values: CommonValues & StorageValues,
  surroundings: Pick<Surroundings, "env" | "folder">,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): Promise<OpenedStorage> {
  const settings = settingsOf(surroundings.env);
  const meant = await whichStorage(values, surroundings);
  const account = await toAccount(meant);
  const places = await listPlaces(account);
  const isSystem = places.tables.includes(firstPlaces.table) && places.containers.includes(firstPlaces.container);
  if (!isSystem && !mayBeEmpty) {
    throw new UsageError(
      `${meant.name} holds no system: it has no table "${firstPlaces.table}" beside a container of that name.`,
    );
  }
  return { ...meant, places, settings, ground: azureGround(account) };
}

function settingsOf(env: Surroundings["env"]): Settings {
  try {
    return readSettings(env);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.problems.join(" ")) : error;
  }
}

async function toAccount({ storage }: MeantStorage): Promise<StorageAccount> {
  if (storage.kind === "connectionString") return storage;
  const { DefaultAzureCredential } = await import("@azure/identity");
  const { blobServiceUri, queueServiceUri, tableServiceUri } = storage;
  return { blobServiceUri, queueServiceUri, tableServiceUri, credential: new DefaultAzureCredential() };
}
