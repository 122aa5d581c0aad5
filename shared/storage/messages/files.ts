import { DomainError } from "../../domain/errors.ts";
import type { FileFacts, FileRoom, Files } from "../../ports.ts";
import type { BlobFacts, Blobs, Ground } from "../ground/ground.ts";
import { containerNames } from "../ground/names.ts";

/** Where a payload names its job. Metadata keys are lower-case letters alone. */
export const activityKey = "activityid";

/** Each room is a container; a file is written once, under a name that nobody else uses. */
export function filesStore(ground: Ground): Files {
  const open = (room: FileRoom): Blobs => ground.blobs(containerNames[room]);
  return {
    async store(room, name, source, activityId) {
      const metadata = activityId === undefined ? {} : { [activityKey]: activityId };
      const stored = await open(room).putStream(name, source, { condition: "new", metadata });
      return stored && { sizeBytes: stored.sizeBytes };
    },
    async findFacts(room, name) {
      const facts = await open(room).findFacts(name);
      return facts && toFileFacts(facts);
    },
    read: (room, name, offset, length) => readFile(open(room), name, offset, length),
    readAddress: (room, name, until, disposition) =>
      ground.valet(containerNames[room]).address(name, "read", until, disposition),
    async list(room, prefix, page) {
      const found = await open(room).list(prefix, page);
      return { ...found, items: found.items.map((item) => ({ name: item.name, ...toFileFacts(item) })) };
    },
    async remove(room, name) {
      await open(room).remove(name);
    },
  };
}

/** Throws `notFound` when there is no such file. */
export async function* readFile(
  blobs: Blobs,
  name: string,
  offset?: number,
  length?: number,
): AsyncGenerator<Uint8Array> {
  const stream = await blobs.read(name, offset, length);
  if (!stream)
    throw new DomainError("notFound", `There is no file "${name}": its retention has ended, or it never was.`);
  yield* stream;
}

function toFileFacts(facts: BlobFacts): FileFacts {
  const activityId = facts.metadata[activityKey];
  const { sizeBytes, etag, createdAt } = facts;
  return activityId === undefined ? { sizeBytes, etag, createdAt } : { sizeBytes, etag, createdAt, activityId };
}
