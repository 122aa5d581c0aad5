import { setTimeout } from "node:timers/promises";
import { importJob, runNow, saveDefinitions } from "./definitions.ts";
import type { Figure } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { measureLimits } from "./limits.ts";
import { csvChunks, customers } from "./records.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";

const records = 1_000_000;
const pollMs = 250;

/** A million records from the enqueue to the end of the import, through the running service. */
export async function benchImportMillion(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const limits = await measureLimits(count);
  const service = await startService();
  try {
    const { cpuSeconds, enqueueSeconds } = await importAll(service, count);
    const perSecond = (seconds: number): number => count / seconds;
    const unit = "records per CPU-second";
    return [
      {
        what: `import of ${count.toLocaleString("en-US")} records of 20 columns`,
        value: perSecond(cpuSeconds),
        unit,
        limit: { what: "bare CSV parse", value: limits.parse },
        target: { atLeast: 20_000 },
      },
      {
        what: "its enqueue alone",
        value: perSecond(enqueueSeconds),
        unit,
        limit: { what: "bare zstd", value: limits.zstd },
      },
      { what: "its memory", value: await service.peakMegabytes(), unit: "MB", target: { atMost: 350 } },
    ];
  } finally {
    await service.stop();
  }
}

async function importAll(service: MeasuredService, count: number) {
  const ports = openPorts(service.connectionString);
  const job = importJob();
  await saveDefinitions(ports, [job]);
  await service.forgetPeak();
  const started = await service.cpuSeconds();
  const path = `/api/connector/enqueue/${job.activityId}?entity=${encodeURIComponent(customers.name)}`;
  const reply = await service.connection.send("POST", path, asyncOf(csvChunks(count)));
  const messageId: string = JSON.parse(reply.text);
  const enqueued = await service.cpuSeconds();
  await runNow(ports, job.activityId);
  for (;;) {
    const message = await ports.messages.findInbound(job.activityId, messageId);
    if (message?.value.state === "Processed") break;
    if (message?.value.lastError !== undefined) throw new Error(`The import failed: ${message.value.lastError}`);
    await setTimeout(pollMs);
  }
  return { cpuSeconds: (await service.cpuSeconds()) - started, enqueueSeconds: enqueued - started };
}

async function* asyncOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
