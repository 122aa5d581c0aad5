import type { Blobs } from "./ground.ts";

/** The blobs of one folder, by their names in it. */
export function blobsBelow(blobs: Blobs, folder: string): Blobs {
  const inFolder = (name: string): string => `${folder}/${name}`;
  return {
    put: (name, bytes, write) => blobs.put(inFolder(name), bytes, write),
    putStream: (name, source, write) => blobs.putStream(inFolder(name), source, write),
    find: (name) => blobs.find(inFolder(name)),
    findFacts: (name) => blobs.findFacts(inFolder(name)),
    read: (name, offset, length) => blobs.read(inFolder(name), offset, length),
    async list(prefix, page) {
      const { items, ...rest } = await blobs.list(inFolder(prefix), page);
      return { ...rest, items: items.map((item) => ({ ...item, name: item.name.slice(folder.length + 1) })) };
    },
    remove: (name, etag) => blobs.remove(inFolder(name), etag),
  };
}
