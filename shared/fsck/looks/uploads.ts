import { isGuid } from "../../domain/guid.ts";
import type { UploadTrace } from "../../ports/uploads.ts";
import type { Row } from "../../storage/ground/ground.ts";
import { containerNames, tableNames } from "../../storage/ground/names.ts";
import { traceKeyOf, toTrace, uploadsPartition } from "../../storage/messages/uploads.ts";
import type { Doubt } from "../finding.ts";
import { blobsOf, judgeEach, rowsOf } from "../walk.ts";
import type { World } from "../world.ts";

const hourMs = 60 * 60_000;
/** After an hour of grace they are swept once an hour. */
const leftAfterMs = 4 * hourMs;
const heldMax = 200_000;

/** Uploads whose time was over long ago, and bytes of which nothing tells. */
export async function* lookAtUploads(world: World): AsyncGenerator<Doubt> {
  const { ground, seen } = world;
  const table = ground.table(tableNames.uploads);
  const known = new Set<string>();
  yield* judgeEach(rowsOf(table, uploadsPartition), {
    placeOf: ({ rowKey }) => `${tableNames.uploads}/${uploadsPartition}/${rowKey}`,
    seen,
    judge: async (row) => {
      const trace = toTrace(row);
      if (known.size < heldMax) known.add(trace.fileId);
      return row.rowKey.startsWith("t_") ? judgeTrace(world, trace) : judgeUpload(world, row, trace);
    },
  });
  if (known.size >= heldMax) return;
  yield* judgeEach(blobsOf(ground.blobs(containerNames.uploads)), {
    placeOf: ({ name }) => `${containerNames.uploads}/${name}`,
    seen,
    judge: async ({ name, createdAt }) => (known.has(name) ? [] : judgeBytes(world, name, createdAt)),
  });
}

async function judgeTrace({ ports, ground }: World, trace: UploadTrace): Promise<readonly Doubt[]> {
  if (trace.until >= ports.clock.now() - leftAfterMs) return [];
  const table = ground.table(tableNames.uploads);
  return [
    {
      kind: "uploadLeft",
      place: `${tableNames.uploads}/${uploadsPartition}/${traceKeyOf(trace)}`,
      what: "The time of this upload was over hours ago, and it was not cleared away.",
      todo: "Look whether the service and its upkeep run.",
      isStill: async () => (await table.find(uploadsPartition, traceKeyOf(trace))) !== undefined,
      mend: async () => {
        await ports.uploads.remove(trace);
        return true;
      },
    },
  ];
}

async function judgeUpload({ ports, ground }: World, row: Row, trace: UploadTrace): Promise<readonly Doubt[]> {
  const table = ground.table(tableNames.uploads);
  const isLeft = async () =>
    (await table.find(uploadsPartition, traceKeyOf(trace))) === undefined &&
    (await table.find(uploadsPartition, row.rowKey))?.etag === row.etag;
  if (trace.until >= ports.clock.now() - leftAfterMs || !(await isLeft())) return [];
  return [
    {
      kind: "uploadLeft",
      place: `${tableNames.uploads}/${uploadsPartition}/${row.rowKey}`,
      what: "Nothing finds this upload by its time, which is over.",
      todo: "Nobody would ever clear it away.",
      isStill: isLeft,
      mend: async () => {
        await ports.uploads.remove(trace);
        return true;
      },
    },
  ];
}

/** Addresses lead to nothing but what a row told of before. */
async function judgeBytes({ ports, ground }: World, name: string, createdAt: number): Promise<readonly Doubt[]> {
  if (createdAt >= ports.clock.now() - ports.settings.uploadMs - leftAfterMs) return [];
  const blobs = ground.blobs(containerNames.uploads);
  const facts = await blobs.findFacts(name);
  const isStill = async () => facts !== undefined && (await blobs.findFacts(name))?.etag === facts.etag;
  const doubt: Doubt = {
    kind: "uploadLeft",
    place: `${containerNames.uploads}/${name}`,
    what: "No upload tells of these bytes.",
    todo: "Nobody would ever clear them away.",
    isStill,
  };
  if (!isGuid(name)) return [doubt];
  const mend = async () => {
    await ground.valet(containerNames.uploads).clear(name);
    return true;
  };
  return [{ ...doubt, mend }];
}
