import { azureGround } from "../shared/storage/ground/azure/azureGround.ts";
import type { Ground } from "../shared/storage/ground/ground.ts";
import { storagePorts, type StoragePorts } from "../shared/storage/storagePorts.ts";

/** The stores of a service, from outside: what a benchmark seeds and watches. */
export function openPorts(connectionString: string): StoragePorts & { readonly ground: Ground } {
  const ground = azureGround({ connectionString });
  return { ...storagePorts(ground), ground };
}
