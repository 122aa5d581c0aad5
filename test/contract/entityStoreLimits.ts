import type { EntityStoreLimits } from "../../shared/storage/entityStore/limits.ts";

/** So small that a handful of records fills frames, segments and runs. */
export const tinyLimits: Partial<EntityStoreLimits> = {
  frameBytes: 60,
  segmentBytes: 150,
  readAheadBytes: 400,
  batchRecords: 3,
  footersMax: 2,
  tinyRunBytes: 200,
  smallRunBytes: 800,
  wholeSegmentBytes: 160,
  runsMax: 3,
  fanInMax: 6,
  recentCommitsMax: 3,
};
