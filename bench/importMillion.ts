import { customersFile } from "./dataFiles.ts";
import { importJob, saveDefinitions } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { measureLimits } from "./limits.ts";
import { startService } from "./serviceProcess.ts";
import { importFile } from "./serviceWork.ts";

const records = 1_000_000;

/** A million records from the enqueue to the end of the import, through the running service. */
export async function benchImportMillion(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const file = await customersFile(count);
  const limits = await measureLimits(count);
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const job = importJob();
    await saveDefinitions(ports, [job]);
    const cost = await importFile(service, ports, job, file);
    const unit = "records per CPU-second";
    return [
      {
        what: `import of ${count.toLocaleString("en-US")} records of 20 columns`,
        value: count / cost.cpuSeconds,
        unit,
        limit: { what: "bare CSV parse", value: limits.parse },
        target: { atLeast: 100_000 },
      },
      {
        what: "its enqueue alone",
        value: count / cost.enqueueCpuSeconds,
        unit,
        limit: { what: "bare zstd", value: limits.zstd },
      },
      { what: "its memory", value: cost.peakMegabytes, unit: "MB", target: { atMost: memoryMegabytesMax } },
    ];
  } finally {
    await service.stop();
  }
}
