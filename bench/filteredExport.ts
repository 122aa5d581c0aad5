import type { Filter } from "../shared/domain/filter/recordFilter.ts";
import { exportJob, filteredJob, saveDefinitions } from "./definitions.ts";
import { storeRecords } from "./exportMillion.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { recordOf } from "./records.ts";
import { startService } from "./serviceProcess.ts";
import { exportRecords } from "./serviceWork.ts";

const records = 1_000_000;
const orderCountColumn = 10;
const orderCountMax = 14;
const ratioMin = 5;

/** Exports that select one record of a hundred, by a field that all records must be looked at for and by the key. */
export async function benchFilteredExport(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const last = `C-${String(Math.floor(count / 100) - 1).padStart(9, "0")}`;
  const chosen = [
    { by: "a field", filter: [{ field: "ORDERCOUNT", criteria: `..${orderCountMax}` }], selected: selectedOf(count) },
    { by: "the key", filter: [{ field: "CUSTOMERACCOUNT", criteria: `..${last}` }], selected: Math.floor(count / 100) },
  ] satisfies readonly { by: string; filter: Filter; selected: number }[];
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const full = exportJob();
    const jobs = chosen.map(({ filter }) => filteredJob(filter));
    await saveDefinitions(ports, [full, ...jobs]);
    await storeRecords(ports.ground, count);
    // The first one pays for what a service compiles once.
    await exportRecords(service, ports, full, count);
    const rate = count / (await exportRecords(service, ports, full, count)).cpuSeconds;
    const figures: Figure[] = [];
    for (const [index, { by, selected }] of chosen.entries()) {
      const cost = await exportRecords(service, ports, jobs[index]!, selected);
      figures.push({
        what: `export of 1 % of ${count.toLocaleString("en-US")} records, by ${by}`,
        value: count / cost.cpuSeconds,
        unit: "stored records per CPU-second",
        limit: { what: "full export", value: rate },
        target: { atLeast: ratioMin * rate },
      });
      figures.push({
        what: "its memory",
        value: cost.peakMegabytes,
        unit: "MB",
        target: { atMost: memoryMegabytesMax },
      });
    }
    return figures;
  } finally {
    await service.stop();
  }
}

function selectedOf(count: number): number {
  let selected = 0;
  for (let account = 0; account < count; account += 1) {
    if (Number(recordOf(account)[orderCountColumn]) <= orderCountMax) selected += 1;
  }
  return selected;
}
