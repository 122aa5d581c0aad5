import { costText } from "./cost.ts";
import { customersFile } from "./dataFiles.ts";
import { exportJob, importJob, saveDefinitions } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { startService } from "./serviceProcess.ts";
import { exportRecords, importFile } from "./serviceWork.ts";

const records = 1_000_000;
const times = 10;

/** Two gigabytes of customers beside a tenth of them: the rate and the memory do not depend on the size. */
export async function benchTenMillion(scale: number): Promise<readonly Figure[]> {
  const small = Math.round(records * scale);
  const fewer = await importAndExport(small);
  const all = await importAndExport(times * small);
  const what = (times * small).toLocaleString("en-US");
  return (["import", "export"] as const).flatMap((direction): Figure[] => [
    {
      what: `${direction} of ${what} records`,
      value: (times * small) / all[direction].cpuSeconds,
      unit: "records per CPU-second",
      limit: { what: `of ${small.toLocaleString("en-US")}`, value: small / fewer[direction].cpuSeconds },
      took: costText(all[direction]),
      target: { atLeast: (0.8 * small) / fewer[direction].cpuSeconds },
    },
    {
      what: "its memory, with V8's own heap",
      value: all[direction].peakMegabytes,
      unit: "MB",
      limit: { what: `of ${small.toLocaleString("en-US")}`, value: fewer[direction].peakMegabytes },
      target: { atMost: memoryMegabytesMax },
    },
  ]);
}

async function importAndExport(count: number) {
  const file = await customersFile(count);
  const service = await startService("machine");
  try {
    const ports = openPorts(service.connectionString);
    const [importing, exporting] = [importJob(), exportJob()];
    await saveDefinitions(ports, [importing, exporting]);
    return {
      import: await importFile(service, ports, importing, file),
      export: await exportRecords(service, ports, exporting, count),
    };
  } finally {
    await service.stop();
  }
}
