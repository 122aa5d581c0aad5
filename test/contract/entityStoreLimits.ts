import type { EntityStoreLimits } from "../../shared/storage/entityStore/limits.ts";

/** So small that a handful of records fills frames, segments and layers. */
export const tinyLimits: Partial<EntityStoreLimits> = {
  frameBytes: 60,
  segmentBytes: 150,
  readAheadBytes: 400,
  batchRecords: 3,
  footersMax: 2,
  tinyLayerBytes: 200,
  smallLayerBytes: 800,
  wholeSegmentBytes: 160,
  layersMax: 3,
  fanInMax: 6,
  recentCommitsMax: 3,
};

/** As above, and each segment has the hashes of its lines, by which commits look records up. */
export const hashedLimits: Partial<EntityStoreLimits> = {
  ...tinyLimits,
  wholeSegmentBytes: 0,
  tinyLayerBytes: 0,
  smallLayerBytes: 0,
};
