import type { EntityRef } from "../../ports/entityStore.ts";
import { blobsBelow } from "../../storage/ground/blobsBelow.ts";
import type { Blobs, BlobItem } from "../../storage/ground/ground.ts";
import { containerNames } from "../../storage/ground/names.ts";
import { entityStoreLimits } from "../../storage/entityStore/limits.ts";
import {
  listManifests,
  loadManifest,
  segmentPrefix,
  segmentsPrefix,
  toRef,
} from "../../storage/entityStore/manifest.ts";
import type { Segment } from "../../storage/segments/segments.ts";
import { garbageAfterMs } from "../../usecases/upkeep/entityUpkeep.ts";
import type { Doubt, FindingKind } from "../finding.ts";
import { blobsOf, judgeEach, whyUnreadable } from "../walk.ts";
import type { World } from "../world.ts";
import { whySegmentIll } from "./segment.ts";

const dayMs = 24 * 60 * 60_000;
/** Longer than anything may read or still commit them, and than the upkeep takes to come by. */
const leftAfterMs = Math.max(garbageAfterMs, entityStoreLimits.commitMsMax) + entityStoreLimits.youngLayerMs + dayMs;

/** The records of all entities: what a manifest names is there and whole, and nothing else is. */
export async function* lookAtEntities(world: World): AsyncGenerator<Doubt> {
  const { ground, ports, seen } = world;
  const blobs = ground.blobs(containerNames.entities);
  yield* lookAtStore(world, blobs, containerNames.entities);
  const namesOf = namedSegments(blobs);
  yield* judgeEach(blobsOf(blobs, segmentsPrefix), {
    placeOf: ({ name }) => `${containerNames.entities}/${name}`,
    seen,
    judge: async (item) => ((await namesOf(toRef(item.name))).has(item.name) ? [] : judgeUnnamed(world, blobs, item)),
  });
  // Rows that stay in staging lie in the same form, below the run that read them.
  for await (const { name } of blobsOf(ground.blobs(containerNames.staging))) {
    const [executionId = "", ...rest] = name.split("/");
    if (rest[0] !== "manifests") continue;
    const below = blobsBelow(ground.blobs(containerNames.staging), executionId);
    const ref = toRef(rest.join("/"));
    const isThere = async () => (await ports.executions.find(executionId)) !== undefined;
    yield* judgeEach(segmentsOf(below, ref), {
      placeOf: (segment) => `${containerNames.staging}/${executionId}/${segment.name}`,
      seen,
      judge: (segment) => judgeSegment(world, below, `${containerNames.staging}/${executionId}`, ref, segment, isThere),
    });
  }
}

async function* lookAtStore(world: World, blobs: Blobs, place: string): AsyncGenerator<Doubt> {
  for (const ref of await listManifests({ blobs })) {
    world.seen();
    const whole = { placeOf: (segment: Segment) => `${place}/${segment.name}`, seen: world.seen };
    const judge = (segment: Segment) => judgeSegment(world, blobs, place, ref, segment);
    try {
      yield* judgeEach(segmentsOf(blobs, ref), { ...whole, judge });
    } catch (error) {
      const what = whyUnreadable(error);
      const isStill = () =>
        loadManifest({ blobs }, ref).then(
          () => false,
          () => true,
        );
      const todo = "If a newer version wrote it, use that one. Else restore it from a backup.";
      yield { kind: "unreadable", place: `${place}/${ref.entityId}/${ref.company ?? ""}`, what, todo, isStill };
    }
  }
}

async function* segmentsOf(blobs: Blobs, ref: EntityRef): AsyncGenerator<Segment> {
  const { layers } = (await loadManifest({ blobs }, ref)).manifest;
  for (const { segments } of layers) yield* segments;
}

async function judgeSegment(
  { isQuick }: World,
  blobs: Blobs,
  place: string,
  ref: EntityRef,
  segment: Segment,
  isThere: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<readonly Doubt[]> {
  const illOf = async (): Promise<{ readonly kind: FindingKind; readonly what: string } | undefined> => {
    const facts = await blobs.findFacts(segment.name);
    if (!facts) return { kind: "segmentMissing", what: "A manifest names these records, and they are not there." };
    const why = await whySegmentIll(blobs, segment, facts.sizeBytes, isQuick);
    return why === undefined ? undefined : { kind: "contentDiffers", what: why };
  };
  const ill = await illOf();
  if (!ill) return [];
  return [
    {
      ...ill,
      place: `${place}/${segment.name}`,
      todo: "Exports that come to them fail. Restore them from a backup, or empty the entity and import its records again.",
      isStill: async () => {
        for await (const { name } of segmentsOf(blobs, ref)) {
          if (name === segment.name) return (await illOf()) !== undefined && (await isThere());
        }
        return false;
      },
    },
  ];
}

/** Remembers those of the entity that was asked for last: segments come entity by entity. */
function namedSegments(blobs: Blobs): (ref: EntityRef) => Promise<ReadonlySet<string>> {
  let held: { readonly prefix: string; readonly names: Promise<ReadonlySet<string>> } | undefined;
  const read = async (ref: EntityRef): Promise<ReadonlySet<string>> => {
    const { layers } = (await loadManifest({ blobs }, ref)).manifest;
    return new Set(layers.flatMap(({ segments }) => segments.map(({ name }) => name)));
  };
  return (ref) => {
    const prefix = segmentPrefix(ref);
    if (held?.prefix !== prefix) held = { prefix, names: read(ref) };
    return held.names;
  };
}

async function judgeUnnamed(
  { ports }: World,
  blobs: Blobs,
  { name, createdAt, etag }: BlobItem,
): Promise<readonly Doubt[]> {
  if (createdAt >= ports.clock.now() - leftAfterMs) return [];
  const ref = toRef(name);
  const isLeft = async () => {
    const { layers, retired } = (await loadManifest({ blobs }, ref)).manifest;
    const since = ports.clock.now() - leftAfterMs;
    const isNamed = layers.some(({ segments }) => segments.some((segment) => segment.name === name));
    return !isNamed && !retired.some((each) => each.name === name && each.at >= since);
  };
  if (!name.startsWith(segmentPrefix(ref)) || !(await isLeft())) return [];
  return [
    {
      kind: "segmentOfNobody",
      place: `${containerNames.entities}/${name}`,
      what: "No manifest names these records: a commit, or their removal, was cut off.",
      todo: "The upkeep removes them, where the entity has records.",
      isStill: async () => (await isLeft()) && (await blobs.findFacts(name))?.etag === etag,
      mend: async () => {
        await ports.entities.removeGarbage(ref, garbageAfterMs);
        return (await blobs.findFacts(name)) === undefined;
      },
    },
  ];
}
