import type { Ports, Settings } from "../../shared/ports.ts";
import { startPace } from "../../shared/ports/pace.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { stagedRowStores } from "../../shared/storage/entityStore/stagedRowStores.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { systemIds } from "../../shared/system/ids.ts";

/**
 * The service's own use cases, for one who acts beside it: he works on the same storage, and leaves to it what goes further
 * than that.
 */
export function portsBeside(ground: Ground, settings: Settings): Ports {
  const clock = { now: Date.now };
  const nobody = () => Promise.reject(new Error("Only the service itself calls others and applies stylesheets."));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return {
    ...storagePorts(ground, clock),
    clock,
    ids: systemIds(clock),
    log,
    settings,
    startPace,
    lineSlots: slotsOf(0),
    deliverySlots: slotsOf(0),
    courier: { mayBeLocal: false, post: nobody, eventGridToken: nobody },
    entities: blobEntityStore(ground.blobs(containerNames.entities)),
    staging: blobStaging(ground.blobs(containerNames.staging)),
    stagedRows: stagedRowStores(ground.blobs(containerNames.staging)),
    transformer: { documentBytesMax: 0, check: nobody, transform: nobody },
  };
}
