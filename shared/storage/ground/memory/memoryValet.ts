import { addressedName } from "../addressedName.ts";
import type { Blobs } from "../ground.ts";
import { checkBlobName } from "../groundRules.ts";
import type { PutBlock, Valet } from "../valet.ts";

export interface MemoryValet extends Valet {
  /** Puts a block as whoever has the address does; false when the address is none, or has ended. */
  putBlock(address: string, id: string, bytes: Uint8Array): boolean;
  /** Puts a whole blob in the same way. */
  putAll(address: string, bytes: Uint8Array): Promise<boolean>;
  /** Reads as whoever has the address does; undefined when it is none, or has ended, or there is no such blob. */
  get(address: string): Promise<{ readonly bytes: Uint8Array; readonly disposition: string } | undefined>;
}

interface Block {
  readonly bytes: Uint8Array;
  /** The version of the blob that it is a part of. */
  readonly etag?: string;
}

interface Shelf {
  readonly blobs: Blobs;
  /** By the name of the blob, then by id. */
  readonly blocks: Map<string, ReadonlyMap<string, Block>>;
}

/** The meaning of `Valet` in code. */
export function memoryValet(container: string, open: (name: string) => Blobs, now: () => number): MemoryValet {
  const shelf: Shelf = { blobs: open(container), blocks: new Map() };
  return {
    async address(name, may, until, disposition = "") {
      checkBlobName(name);
      const query = new URLSearchParams({ may, until: String(until), disposition });
      return `memory://${container}/${encodeURIComponent(name)}?${query.toString()}`;
    },
    nameBehind: (address) => addressedName(address, `memory://${container}`),
    ...joining(shelf),
    ...arriving(shelf, now),
    async copy(source, name, metadata) {
      const found = await open(source.container).find(source.name);
      if (found?.etag !== source.etag) return undefined;
      const etag = await shelf.blobs.put(name, found.bytes, { condition: "new", metadata });
      return etag === undefined ? undefined : { sizeBytes: found.bytes.length };
    },
    async clear(name) {
      shelf.blocks.delete(name);
      await shelf.blobs.remove(name);
    },
  };
}

function joining(shelf: Shelf): Pick<Valet, "look" | "join"> {
  return {
    async look(name) {
      const facts = await shelf.blobs.findFacts(name);
      const blocks = [...blocksOf(shelf, name)].map(([id, { bytes, etag }]): PutBlock => {
        return { id, sizeBytes: bytes.length, isJoined: etag !== undefined && etag === facts?.etag };
      });
      return { blocks, ...(facts && { blob: { etag: facts.etag, sizeBytes: facts.sizeBytes } }) };
    },
    async join(name, ids) {
      const put = blocksOf(shelf, name);
      const chosen = ids.map((id) => put.get(id)?.bytes).filter((bytes) => bytes !== undefined);
      if (chosen.length < ids.length) return undefined;
      const etag = await putWhole(shelf, name, Buffer.concat(chosen));
      shelf.blocks.set(name, new Map(ids.map((id, index) => [id, { bytes: chosen[index]!, etag }])));
      return etag;
    },
  };
}

function arriving(shelf: Shelf, now: () => number): Pick<MemoryValet, "putBlock" | "putAll" | "get"> {
  return {
    async get(address) {
      const name = nameBehind(address, "read", now());
      const found = name === undefined ? undefined : await shelf.blobs.find(name);
      return found && { bytes: found.bytes, disposition: new URL(address).searchParams.get("disposition") ?? "" };
    },
    putBlock(address, id, bytes) {
      const name = nameBehind(address, "write", now());
      if (name === undefined) return false;
      shelf.blocks.set(name, new Map([...blocksOf(shelf, name), [id, { bytes: new Uint8Array(bytes) }]]));
      return true;
    },
    async putAll(address, bytes) {
      const name = nameBehind(address, "write", now());
      if (name === undefined) return false;
      shelf.blocks.delete(name);
      await putWhole(shelf, name, bytes);
      return true;
    },
  };
}

function blocksOf({ blocks }: Shelf, name: string): ReadonlyMap<string, Block> {
  return blocks.get(name) ?? new Map<string, Block>();
}

async function putWhole({ blobs }: Shelf, name: string, bytes: Uint8Array): Promise<string> {
  const etag = await blobs.put(name, bytes, { condition: "any" });
  if (etag === undefined) throw new Error(`The blob "${name}" was not written.`);
  return etag;
}

function nameBehind(address: string, wanted: "read" | "write", now: number): string | undefined {
  const { protocol, pathname, searchParams } = new URL(address);
  const may = protocol === "memory:" && searchParams.get("may") === wanted;
  return may && now < Number(searchParams.get("until")) ? decodeURIComponent(pathname.slice(1)) : undefined;
}
