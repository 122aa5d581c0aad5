import { setTimeout } from "node:timers/promises";
import type { DataEntity } from "../shared/domain/dataEntity.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { importJob, runNow, saveDefinitions } from "./definitions.ts";
import type { Figure } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { customers } from "./records.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";

const megabyte = 1024 * 1024;
const columns = Array.from({ length: 1000 }, (_, index) => `Column${index}`);
const pauseMs = 5;
const idleMs = 3_000;
/** A tenth of what one stall took when nothing made way; so much, because a busy machine adds to every answer. */
const longestMs = 700;

/** A file that gives its reader much to do, and others nothing to wait for. */
interface LongWork {
  readonly what: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How long others wait for an answer while the service works on files that give it no natural rest. */
export async function benchResponsive(scale: number): Promise<readonly Figure[]> {
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const job = importJob();
    await saveDefinitions(ports, [job]);
    const idle = await longestAnswer(service, () => setTimeout(idleMs * Math.min(1, scale)));
    const figures: Figure[] = [];
    for (const { what, body } of works(scale)) {
      const path = `/api/connector/enqueue/${job.activityId}?entity=${encodeURIComponent(customers.name)}`;
      const messageId: string = JSON.parse((await service.connection.send("POST", path, body)).text);
      const value = await longestAnswer(service, async () => {
        await runNow(ports, job.activityId);
        await ended(ports, job.activityId, messageId);
      });
      const limit = { what: "with nothing to do", value: idle };
      figures.push({ what: `longest answer beside ${what}`, value, unit: "ms", limit, target: { atMost: longestMs } });
    }
    return figures;
  } finally {
    await service.stop();
  }
}

function works(scale: number): readonly LongWork[] {
  const key = customers.fields.find((field: DataEntity["fields"][number]) => field.isKey)?.name ?? "";
  const megabytes = Math.max(1, Math.round(250 * scale));
  const rows = Math.max(100, Math.round(100_000 * scale));
  const header = [key, ...columns.slice(1)].join(",");
  return [
    { what: `${megabytes} MB of blank lines`, body: file(`${key}\n`, "\n".repeat(megabyte), megabytes) },
    {
      what: `${rows.toLocaleString("en-US")} rows too short for 1,000 columns`,
      body: file(`${header}\n`, "1\n", rows),
    },
  ];
}

async function* file(header: string, piece: string, count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(header);
  const bytes = Buffer.from(piece);
  for (let index = 0; index < count; index += 1) yield bytes;
}

/** The longest time, in milliseconds, that a request took which needs nothing of the service but its event loop. */
async function longestAnswer({ connection }: MeasuredService, work: () => Promise<unknown>): Promise<number> {
  const progress = { isDone: false, longest: 0 };
  const working = work().finally(() => (progress.isDone = true));
  while (!progress.isDone) {
    const asked = performance.now();
    await connection.send("GET", "/");
    progress.longest = Math.max(progress.longest, performance.now() - asked);
    await setTimeout(pauseMs);
  }
  await working;
  return progress.longest;
}

async function ended(ports: StoragePorts, activityId: string, messageId: string): Promise<void> {
  for (;;) {
    const message = await ports.messages.findInbound(activityId, messageId);
    if (message?.value.state === "Processed" || message?.value.state === "ProcessedWithErrors") return;
    if (message?.value.parked) throw new Error(`The import failed: ${message.value.lastError}`);
    await setTimeout(100);
  }
}
