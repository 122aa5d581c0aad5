import { importJob, saveDefinitions } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { cpuSecondsOf } from "./limits.ts";
import { customers } from "./records.ts";
import { startService } from "./serviceProcess.ts";
import { importFile } from "./serviceWork.ts";
import {
  cellRows,
  customersWorkbook,
  readOurs,
  readTheirs,
  recordLines,
  sharingWorkbook,
  writeOurs,
  writeTheirs,
} from "./workbooks.ts";

const records = 100_000;
const ratioMin = 0.8;
const unit = "records per CPU-second";

/** Workbooks of 100,000 rows beside a library that reads and writes them and does nothing else, and through the service. */
export async function benchExcel(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const rows = `${count.toLocaleString("en-US")} rows of 20 columns`;
  const [own, sharing] = [await customersWorkbook(count), await sharingWorkbook(count)];
  const read = [
    await beside(`reading a workbook of ${rows}`, count, [() => readOurs(own), () => readTheirs(own)]),
    await beside("the same, with shared texts", count, [() => readOurs(sharing), () => readTheirs(sharing)]),
  ];
  const served = await throughService(own, count);
  // What is to be written lies in memory, which makes all else slower.
  const [lines, cells] = [recordLines(count), cellRows(count)];
  const written = await beside("writing it", count, [() => drain(writeOurs(lines)), () => drain(writeTheirs(cells))]);
  return [...read, written, ...served];
}

/** Each twice: the first time pays for what is compiled once. */
async function beside(
  what: string,
  count: number,
  [ours, theirs]: readonly [() => Promise<number>, () => Promise<number>],
): Promise<Figure> {
  const rateOf = async (work: () => Promise<number>): Promise<number> => {
    if ((await work()) <= 0) throw new Error(`${what}: nothing was read or written.`);
    return count / (await cpuSecondsOf(work));
  };
  const value = await rateOf(ours);
  const library = await rateOf(theirs);
  return { what, value, unit, limit: { what: "hucre alone", value: library }, target: { atLeast: ratioMin * library } };
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  for await (const piece of bytes) sizeBytes += piece.length;
  return sizeBytes;
}

async function throughService(file: string, count: number): Promise<readonly Figure[]> {
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const job = { ...importJob(), project: "Customers workbook" };
    await saveDefinitions(ports, [job]);
    const cost = await importFile(service, ports, job, file);
    const reading = count / (await cpuSecondsOf(() => readOurs(file)));
    return [
      {
        what: `import of a workbook of ${count.toLocaleString("en-US")} ${customers.name.toLowerCase()}`,
        value: count / cost.cpuSeconds,
        unit,
        limit: { what: "reading it alone", value: reading },
        target: { atLeast: 20_000 },
      },
      { what: "its memory", value: cost.peakMegabytes, unit: "MB", target: { atMost: memoryMegabytesMax } },
    ];
  } finally {
    await service.stop();
  }
}
