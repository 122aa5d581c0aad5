import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { dequeue, newExport, type OutboundMessage } from "../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { systemIds } from "../shared/system/ids.ts";
import { exportJob, saveDefinitions } from "./definitions.ts";
import type { Figure } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";

const readers = 20;
const packageBytes = 144 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
/** What one reader may cost that does not read. */
const megabytesEach = 5;
/** The service has read all that it will read when its memory stands still for so long. */
const stillMs = 3_000;
const lookMs = 500;
const waitMsMax = 120_000;
const ids = systemIds({ now: Date.now });

/** What clients cost that ask for a large package and then read nothing of the answer. */
export async function benchUnread(scale: number): Promise<readonly Figure[]> {
  const count = Math.max(2, Math.round(readers * scale));
  const sizeBytes = Math.max(8 * chunkBytes, Math.round(packageBytes * scale));
  const service = await startService();
  const sockets: Socket[] = [];
  try {
    const ports = openPorts(service.connectionString);
    const job = exportJob();
    await saveDefinitions(ports, [job]);
    const path = await offerPackage(ports, job, sizeBytes);
    // Once to the end, so that the code is warm and the memory of one reader is no part of the figure.
    await service.connection.send("GET", path);
    await service.forgetPeak();
    const before = await service.peakMegabytes();
    for (let reader = 0; reader < count; reader += 1) sockets.push(await askAndNotRead(service, path));
    const value = await peakAtRest(service);
    const what = `memory with ${count} downloads of ${Math.round(sizeBytes / chunkBytes)} MB that nobody reads`;
    const limit = { what: "before them", value: before };
    return [{ what, value, unit: "MB", limit, target: { atMost: before + megabytesEach * count } }];
  } finally {
    for (const socket of sockets) socket.destroy();
    await service.stop();
  }
}

async function offerPackage(ports: StoragePorts, { activityId }: RecurringJob, sizeBytes: number): Promise<string> {
  const now = Date.now();
  const made = newExport({ id: ids.next(), activityId, dueAt: now, enqueuedAt: now });
  const correlationId = ids.random();
  const delivery = { correlationId, popReceipt: "r", queueItemId: "q", dequeuedAt: now, expiresAt: now + 1_800_000 };
  const offered: OutboundMessage = { ...made, state: "Enqueued", file: `${made.id}/1`, sizeBytes, isPointerSent: true };
  await ports.files.store("outbound", `${made.id}/1`, zeros(sizeBytes), activityId);
  await ports.messages.insertOutbound(dequeue(offered, delivery));
  return `/api/connector/download/${activityId}?correlation-id=${correlationId}&blob=${made.id}`;
}

async function* zeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += chunkBytes) yield Buffer.alloc(Math.min(chunkBytes, sizeBytes - at));
}

async function askAndNotRead(service: MeasuredService, path: string): Promise<Socket> {
  const { hostname, port, host } = new URL(service.connection.baseUrl);
  const socket = connectSocket({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${service.connection.authorization}\r\n\r\n`);
  return socket;
}

async function peakAtRest(service: MeasuredService): Promise<number> {
  const until = Date.now() + waitMsMax;
  let peak = await service.peakMegabytes();
  for (let still = 0; still < stillMs && Date.now() < until;) {
    await setTimeout(lookMs);
    const next = await service.peakMegabytes();
    still = next > peak + 1 ? 0 : still + lookMs;
    peak = next;
  }
  return peak;
}
