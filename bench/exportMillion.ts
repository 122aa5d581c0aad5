import { linesOf, type RecordLines } from "../shared/domain/recordLines.ts";
import { entityId } from "../shared/domain/entityId.ts";
import { recordKey } from "../shared/domain/dataEntity.ts";
import { blobEntityStore } from "../shared/storage/entityStore/blobEntityStore.ts";
import type { Ground } from "../shared/storage/ground/ground.ts";
import { containerNames } from "../shared/storage/ground/names.ts";
import { company, exportJob, saveDefinitions } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { measureLimits } from "./limits.ts";
import { customers, recordOf } from "./records.ts";
import { startService } from "./serviceProcess.ts";
import { exportRecords } from "./serviceWork.ts";

const records = 1_000_000;
const batchRecords = 1000;

/** A million records from the entity store into a package that waits for its client. */
export async function benchExportMillion(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const limits = await measureLimits(count);
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const job = exportJob();
    await saveDefinitions(ports, [job]);
    await storeRecords(ports.ground, count);
    const { cpuSeconds, peakMegabytes } = await exportRecords(service, ports, job, count);
    return [
      {
        what: `full export of ${count.toLocaleString("en-US")} records of 20 columns`,
        value: count / cpuSeconds,
        unit: "records per CPU-second",
        limit: { what: "bare deflate, level 1", value: limits.deflate },
        target: { atLeast: 200_000 },
      },
      { what: "its memory", value: peakMegabytes, unit: "MB", target: { atMost: memoryMegabytesMax } },
    ];
  } finally {
    await service.stop();
  }
}

/** Customers in the entity store, in the company of the jobs. */
export async function storeRecords(ground: Ground, count: number): Promise<void> {
  await blobEntityStore(ground.blobs(containerNames.entities)).upsert(
    { entityId: entityId(customers), company },
    {
      idempotencyKey: "benchmark",
      fence: 1,
      columns: customers.fields.map(({ name }) => name),
      records: () => batches(count),
      keyColumns: [],
      truncateFirst: false,
      requireValid: async () => undefined,
    },
  );
}

/** In key order, because an account's number is its key. */
async function* batches(count: number): AsyncGenerator<RecordLines> {
  for (let from = 0; from < count; from += batchRecords) {
    const size = Math.min(batchRecords, count - from);
    const records = Array.from({ length: size }, (_, index) => {
      const values = recordOf(from + index);
      return { key: recordKey([values[0] ?? ""]), number: 0, values };
    });
    yield linesOf(records);
  }
}
