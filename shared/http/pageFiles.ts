import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** A file of the built page, which lies beside its listing twice: compressed by Brotli (`.br`) and by gzip (`.gz`). */
export interface PageFile {
  /** As it is asked for, below the address of the page. */
  readonly name: string;
  readonly type: string;
  readonly etag: string;
  /** Its name in the folder, without the ending of its compression. */
  readonly stored: string;
  readonly sizeBytes: number;
}

/** `page.json` of the folder of the built page. */
export interface PageListing {
  readonly files: readonly PageFile[];
}

export type PageEncoding = "br" | "gzip" | "identity";

export interface PageFiles {
  /** Undefined where the page has no such file. */
  readonly find: (name: string) => Promise<PageFile | undefined>;
  /** The bytes to send, of which many callers share one copy. */
  readonly read: (file: PageFile, encoding: PageEncoding) => Promise<Uint8Array>;
}

/** The built page in a folder, read when somebody asks for it and held from then on: less than a megabyte. */
export function pageFilesOf(folder: URL): PageFiles {
  let listing: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const held = new Map<string, Promise<Uint8Array>>();
  const once = (name: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const known = held.get(name);
    if (known) return known;
    const reading = read();
    held.set(name, reading);
    // The next one who asks tries again.
    reading.catch(() => held.delete(name));
    return reading;
  };
  const stored = (name: string): Promise<Uint8Array> => once(name, () => readFile(new URL(name, folder)));

  return {
    async find(name) {
      listing ??= readListing(folder);
      listing.catch(() => (listing = undefined));
      return (await listing.catch(noneWhereNoneIsBuilt)).get(name);
    },
    read(file, encoding) {
      if (encoding === "br") return stored(`${file.stored}.br`);
      const packed = stored(`${file.stored}.gz`);
      if (encoding === "gzip") return packed;
      return once(file.stored, async () => promisify(gunzip)(await packed));
    },
  };
}

function noneWhereNoneIsBuilt(error: unknown): ReadonlyMap<string, PageFile> {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
  throw error;
}

async function readListing(folder: URL): Promise<ReadonlyMap<string, PageFile>> {
  const listing: PageListing = JSON.parse(await readFile(new URL("page.json", folder), "utf8"));
  return new Map(listing.files.map((file) => [file.name, file]));
}
