import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { ContainerClient } from "@azure/storage-blob";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { type StoragePorts, storagePorts } from "../../shared/storage/storagePorts.ts";
import { exportJob, importJob, importJobId, seed } from "../support/definitions.ts";
import { type RunningService, fetchAuthorization, startService } from "../support/runningService.ts";

/** A service that runs only what a test asks for, with its storage and a client's authorization. */
export interface IdleService {
  readonly service: RunningService;
  readonly authorization: string;
  readonly ports: StoragePorts;
  /** One that stays open after a failure keeps its place in the instance: `closeSockets` behind each test. */
  readonly openSocket: () => Promise<Socket>;
  readonly closeSockets: () => void;
  /** Payloads, also those whose blocks were sent and never became a blob. */
  readonly payloadNames: () => Promise<string[]>;
}

export const enqueuePath = `/api/connector/enqueue/${importJobId}?entity=Customer+groups`;

/** The jobs' recurrences begin in ten years. */
export async function startIdleService(
  settings: Readonly<Record<string, string>>,
  jobs: readonly RecurringJob[] = [importJob, exportJob],
): Promise<IdleService> {
  const service = await startService({ keepsOutput: true, settings });
  const authorization = await fetchAuthorization(service);
  const ports = storagePorts(azureGround({ connectionString: service.connectionString }));
  const payloads = new ContainerClient(service.connectionString, containerNames.inbound);
  await payloads.createIfNotExists();
  const processingRecurrence = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
  await seed(
    ports as Ports,
    jobs.map((job) => ({ ...job, processingRecurrence })),
  );
  const sockets = new Set<Socket>();
  return {
    service,
    authorization,
    ports,
    async openSocket() {
      const { hostname, port } = new URL(service.baseUrl);
      const socket = connect({ host: hostname, port: Number(port) }).on("error", () => {});
      sockets.add(socket);
      await once(socket, "connect");
      return socket;
    },
    closeSockets() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async payloadNames() {
      const names: string[] = [];
      for await (const { name } of payloads.listBlobsFlat({ includeUncommitedBlobs: true })) names.push(name);
      return names;
    },
  };
}
