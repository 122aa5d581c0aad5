import type { Actor } from "../../domain/caller.ts";
import { packageRoomsId } from "../../domain/packageRoom.ts";
import type { Ports } from "../../ports.ts";

/** Where a package is put, whole and within this time. */
export interface PackageAddress {
  readonly id: string;
  readonly url: string;
  readonly until: number;
}

const addressMs = 30 * 60_000;

/** Makes a place in storage for one package; what is not called for within a day is cleared away. */
export async function reservePackage(ports: Ports, { applicationId }: Actor): Promise<PackageAddress> {
  const id = ports.ids.random();
  const reservedAt = ports.clock.now();
  const room = {
    id,
    activityId: packageRoomsId,
    fileId: id,
    applicationId,
    reservedAt,
    until: reservedAt + ports.settings.uploadMs,
  } as const;
  if (!(await ports.uploads.reserve(room))) throw new Error(`Package ${id} is there already, though its id is new.`);
  // The look makes what the container lacks of being there: an address does not.
  await ports.uploads.look(room);
  const until = reservedAt + addressMs;
  return { id, url: await ports.uploads.addressOf(room, until), until };
}
