import type { EntityRef } from "../../ports/entityStore.ts";
import type { StoreGround } from "./limits.ts";
import type { PrintPlan } from "../segments/prints.ts";
import type { Segment } from "../segments/segments.ts";

/** Segments with disjoint ascending key ranges. */
export interface Layer {
  readonly id: string;
  /** Before its first segment was. */
  readonly madeAt?: number;
  readonly segments: readonly Segment[];
}

export interface CommitCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** A commit that took effect; `id` is the hash of its idempotency key and `writer` the one call that made it. */
export interface CommitRecord extends CommitCounts {
  readonly id: string;
  readonly writer: string;
  readonly seq: number;
}

/** Attempts up to `fence` commit nothing under the key whose hash is `id`. */
export interface Revocation {
  readonly id: string;
  readonly fence: number;
  readonly at: number;
}

/**
 * The version of the stored form. 1: keys in their own spelling, in the order of UTF-16. 2: keys as they are compared, in
 * the order of `compareKeys`. A later program reads both, and brings the first into the second before it relies on it.
 */
type ManifestVersion = 1 | 2;

/** All that an entity is at one moment: swapped by its ETag, so that a commit happens whole or not at all. */
export interface Manifest {
  readonly version: ManifestVersion;
  readonly seq: number;
  readonly changesFloorSeq: number;
  readonly count: number;
  readonly columns: readonly string[];
  /** By which its lines have prints; undefined where none has. */
  readonly prints?: PrintPlan;
  /** Newest first. */
  readonly layers: readonly Layer[];
  /** Oldest first. */
  readonly recentCommits: readonly CommitRecord[];
  readonly hasOlderCommits: boolean;
  /** Segments that only snapshots opened before `at` still read, but for those of layers that did not grow old. */
  readonly retired: readonly { readonly name: string; readonly at: number }[];
  /** Oldest first; old ones are forgotten. */
  readonly revoked: readonly Revocation[];
  /** Segments made before this time that are in no manifest may be gone: who made one builds anew. */
  readonly clearedBefore: number;
  /** The next number of each counter, by its folded name. */
  readonly counters: Readonly<Record<string, number>>;
  /** A writer that lost too often; until then all others let it pass. */
  readonly reservation?: { readonly writer: string; readonly until: number };
}

/** As it lies in its blob, where its layers are called runs. */
type StoredManifest = Omit<Manifest, "layers"> & { readonly runs: Manifest["layers"] };

/** The ETag is undefined where no manifest stands yet. */
export interface LoadedManifest {
  readonly manifest: Manifest;
  readonly etag: string | undefined;
}

export const manifestPrefix = "manifests/";
export const commitsPrefix = "commits/";
export const segmentsPrefix = "segments/";
const sharedCompany = "_";

const emptyManifest: Manifest = {
  version: 2,
  seq: 0,
  changesFloorSeq: 0,
  count: 0,
  columns: [],
  layers: [],
  recentCommits: [],
  hasOlderCommits: false,
  retired: [],
  revoked: [],
  clearedBefore: 0,
  counters: {},
};

export function segmentPrefix(ref: EntityRef): string {
  return `${segmentsPrefix}${pathOf(ref)}/`;
}

export function commitPrefix(ref: EntityRef): string {
  return `${commitsPrefix}${pathOf(ref)}/`;
}

/** An entity that was never written to has an empty manifest; members that came later are as in that where they lack. */
export async function loadManifest(ground: Pick<StoreGround, "blobs">, ref: EntityRef): Promise<LoadedManifest> {
  const blob = await ground.blobs.find(manifestName(ref));
  if (!blob) return { manifest: emptyManifest, etag: undefined };
  const { runs: layers, ...manifest } = JSON.parse(Buffer.from(blob.bytes).toString("utf8")) as StoredManifest;
  if (manifest.version !== 1 && manifest.version !== 2) {
    throw new Error(
      `The manifest of ${pathOf(ref)} has version ${String(manifest.version)}, which this program cannot read.`,
    );
  }
  // Without records the forms are the same.
  const version = layers.length === 0 ? 2 : manifest.version;
  return { manifest: { ...emptyManifest, ...manifest, version, layers }, etag: blob.etag };
}

export function areKeysInOrder({ version }: Manifest): boolean {
  return version === 2;
}

/** False when somebody else wrote since `over` was loaded. */
export async function swapManifest(
  ground: StoreGround,
  ref: EntityRef,
  over: LoadedManifest,
  { layers: runs, ...manifest }: Manifest,
): Promise<boolean> {
  const stored: StoredManifest = { ...manifest, runs };
  const bytes = Buffer.from(JSON.stringify(stored));
  const condition = over.etag === undefined ? "new" : { etag: over.etag };
  return (await ground.blobs.put(manifestName(ref), bytes, { condition })) !== undefined;
}

export async function listManifests(ground: Pick<StoreGround, "blobs">): Promise<EntityRef[]> {
  const refs: EntityRef[] = [];
  for await (const { name } of listBlobs(ground, manifestPrefix)) refs.push(toRef(name));
  return refs;
}

/** Whose manifest, or which segment of whom, has this name. */
export function toRef(name: string): EntityRef {
  const [, entityId = "", company = ""] = name.replace(/\.json$/, "").split("/");
  return { entityId, company: company === sharedCompany ? undefined : company };
}

const pageSize = 1000;

export async function* listBlobs(ground: Pick<StoreGround, "blobs">, prefix: string) {
  let continuation: string | undefined;
  do {
    const page = await ground.blobs.list(prefix, { limit: pageSize, ...(continuation && { continuation }) });
    yield* page.items;
    continuation = page.continuation;
  } while (continuation);
}

/** Compressed. */
export function sizeOf(layer: Layer): number {
  return layer.segments.reduce((sizeBytes, segment) => sizeBytes + segment.sizeBytes, 0);
}

/**
 * What is retired when these layers go. Young ones are not listed, or the manifest would grow with each small commit:
 * the garbage removal spares what is in no manifest for longer than a snapshot of them may be read.
 */
export function withRetired(ground: StoreGround, { retired }: Manifest, layers: readonly Layer[]): Manifest["retired"] {
  const at = ground.now();
  const grownOld = layers.filter(({ madeAt }) => madeAt === undefined || at - madeAt > ground.limits.youngLayerMs);
  return [...retired, ...namesOf(grownOld).map((name) => ({ name, at }))];
}

export function namesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap((layer) => layer.segments.map((segment) => segment.name));
}

/** The segments that a manifest, as it lies in its blob, reads. */
export function segmentsIn(bytes: Uint8Array): readonly Segment[] {
  const { runs } = JSON.parse(Buffer.from(bytes).toString("utf8")) as StoredManifest;
  return runs.flatMap(({ segments }) => segments);
}

/** A manifest for another place, where no writer is at work and no snapshot is open. */
export function withoutHolders(bytes: Uint8Array): Uint8Array {
  const { reservation: _, ...manifest } = JSON.parse(Buffer.from(bytes).toString("utf8")) as StoredManifest;
  return Buffer.from(JSON.stringify({ ...manifest, retired: [] }));
}

function manifestName(ref: EntityRef): string {
  return `${manifestPrefix}${pathOf(ref)}.json`;
}

function pathOf(ref: EntityRef): string {
  return `${ref.entityId}/${ref.company ?? sharedCompany}`;
}
