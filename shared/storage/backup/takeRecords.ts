import { commitsPrefix, manifestPrefix, segmentsIn } from "../entityStore/manifest.ts";
import type { BlobItem, Blobs } from "../ground/ground.ts";
import type { BroughtBlob, Container, DocumentLine } from "./backup.ts";
import { type Taking, findDocument } from "./taking.ts";

const pageBlobs = 1000;
const pagesMax = 100_000;
const looksMax = 5;

export async function* blobsIn(blobs: Blobs, prefix: string): AsyncGenerator<BlobItem> {
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await blobs.list(prefix, { limit: pageBlobs, ...(continuation !== undefined && { continuation }) });
    yield* page.items;
    continuation = page.continuation;
    if (continuation === undefined) return;
  }
  throw new Error(`There are more than ${pagesMax} pages of blobs below "${prefix}".`);
}

/** The records of one place: those of all entities, or the staged rows of an execution, which have a folder each. */
export interface RecordsPlace {
  readonly container: Container;
  readonly folder: string;
}

/** The manifests as they stand now, each of which is all that some records are at one moment. */
export async function* pinManifests(taking: Taking, { container, folder }: RecordsPlace): AsyncGenerator<DocumentLine> {
  for await (const { name } of blobsIn(taking.ground.blobs(container), folder + manifestPrefix)) {
    const found = await findDocument(taking, container, name);
    if (found) yield found;
  }
}

/**
 * Brings what a manifest reads. Segments that a compaction has replaced may be gone: then the manifest has moved on, and
 * what it is now has all that the messages say which were read before. Undefined when there are no such records any more.
 */
export async function bringRecords(
  taking: Taking,
  { folder }: RecordsPlace,
  pinned: DocumentLine,
): Promise<{ readonly manifest: DocumentLine; readonly segments: readonly BroughtBlob[] } | undefined> {
  const { container, name } = pinned;
  let manifest: DocumentLine | undefined = pinned;
  for (let looks = 0; looks < looksMax && manifest; looks++) {
    const named = segmentsIn(Buffer.from(manifest.bytes, "base64"));
    const segments = await taking.bring(
      named.map((segment) => ({ container, name: folder + segment.name, sizeBytes: segment.sizeBytes, metadata: {} })),
    );
    if (segments) return { manifest, segments };
    manifest = await findDocument(taking, container, name);
  }
  if (!manifest) return undefined;
  throw new Error(`Segments that ${container}/${name} names are not there: run fsck.`);
}

/** What tells a repeated commit from a new one, as far back as it is known. */
export async function* commitsOf(taking: Taking, { container, folder }: RecordsPlace): AsyncGenerator<DocumentLine> {
  for await (const { name } of blobsIn(taking.ground.blobs(container), folder + commitsPrefix)) {
    const found = await findDocument(taking, container, name);
    if (found) yield found;
  }
}
