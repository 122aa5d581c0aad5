import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { PackageRoom } from "../../domain/packageRoom.ts";
import type { Ports } from "../../ports.ts";

/** A package that stands where its sender put it, in the version that is meant. */
export interface SentPackage {
  readonly sizeBytes: number;
  /** All bytes, or `length` from `offset`; throws `conflict` when somebody put another package there meanwhile. */
  readonly read: (offset?: number, length?: number) => AsyncIterable<Uint8Array>;
}

/**
 * The package behind an address that this application was given. The address is read and never called: any other is
 * `invalid`, wherever it leads, and so is one that nothing was put under yet.
 */
export async function openSentPackage(ports: Ports, { applicationId }: Actor, address: string): Promise<SentPackage> {
  const room = await ports.uploads.findRoom(address);
  if (room?.applicationId !== applicationId) {
    throw badAddress(
      "This is no address that GetAzureWriteUrl gave to this application, or it was cleared away since.",
    );
  }
  const { blob } = await ports.uploads.look(room);
  if (!blob) throw badAddress("Nothing was put there yet. PUT the package to its BlobUrl first.");
  const { etag, sizeBytes } = blob;
  const { uploadBytesMax } = ports.settings;
  if (sizeBytes > uploadBytesMax) throw tooLarge(uploadBytesMax);
  return { sizeBytes, read: (offset, length) => readVersion(ports, room, etag, offset, length) };
}

/** A read is of one version, which is the one that is meant as long as that stands there afterwards. */
async function* readVersion(ports: Ports, room: PackageRoom, etag: string, offset?: number, length?: number) {
  yield* ports.uploads.read(room, offset, length);
  const { blob } = await ports.uploads.look(room);
  if (blob?.etag !== etag) {
    throw new DomainError("conflict", "Another package was put there while this one was looked at. Call again.");
  }
}

function badAddress(message: string): DomainError {
  return new DomainError("invalid", `packageUrl: ${message}`, [{ path: "packageUrl", message }]);
}

function tooLarge(sizeBytesMax: number): DomainError {
  const megabytes = Math.floor(sizeBytesMax / 1024 / 1024);
  const message = `The package is larger than ${megabytes} MB. Divide it, or raise MaxUploadMegabytes.`;
  return new DomainError("tooLarge", message, [{ path: "packageUrl", message }]);
}
