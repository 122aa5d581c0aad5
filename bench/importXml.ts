import { SaxesParser } from "saxes";
import { cpuSecondsOf } from "./limits.ts";
import { xmlFile } from "./dataFiles.ts";
import { costText } from "./cost.ts";
import { saveDefinitions, xmlImportJob } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { xmlChunks } from "./records.ts";
import { startService } from "./serviceProcess.ts";
import { importFile } from "./serviceWork.ts";

/** Of about 712 bytes each, so that the file has a gigabyte. */
const records = 1_500_000;
const sampleMax = 100_000;

/** A gigabyte of XML through the running service, beside the bare parser. */
export async function benchImportXml(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const file = await xmlFile(count);
  const sample = Math.min(count, sampleMax);
  const chunks = [...xmlChunks(sample)];
  const parse = sample / (await cpuSecondsOf(async () => parseAll(chunks)));
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const job = xmlImportJob();
    await saveDefinitions(ports, [job]);
    const cost = await importFile(service, ports, job, file);
    return [
      {
        what: `import of ${count.toLocaleString("en-US")} records of 20 columns as XML-Element, from its run on`,
        value: count / cost.runCpuSeconds,
        unit: "records per CPU-second",
        limit: { what: "bare saxes", value: parse },
        took: costText(cost),
        target: { atLeast: 0.5 * parse },
      },
      {
        what: "its enqueue alone",
        value: count / cost.enqueueCpuSeconds,
        unit: "records per CPU-second",
      },
      { what: "its memory", value: cost.peakMegabytes, unit: "MB", target: { atMost: memoryMegabytesMax } },
    ];
  } finally {
    await service.stop();
  }
}

/** As a reader of files decodes and parses them, and takes every element and text. */
function parseAll(chunks: readonly Buffer[]): number {
  const parser = new SaxesParser({ xmlns: false });
  let characters = 0;
  parser.on("opentag", ({ name }) => void (characters += name.length));
  parser.on("text", (text) => void (characters += text.length));
  parser.on("closetag", ({ name }) => void (characters += name.length));
  for (const chunk of chunks) parser.write(chunk.toString("utf8"));
  parser.close();
  return characters;
}
