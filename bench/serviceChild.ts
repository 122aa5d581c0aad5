// The whole service in a process of its own, so that the CPU time of it and its worker, and the memory of the worker, are
// the service's alone: Azurite is a child of it. Started by serviceProcess.ts, which speaks to it over the IPC channel and ends it by
// closing that.
import path from "node:path";
import { holdPort } from "../local/freePort.ts";
import { runLocalService } from "../local/localService.ts";
import { forgetPeak, readPeakMegabytes } from "./peakMemory.ts";
import { mainThreadCpuSeconds } from "./peers/processTimes.ts";

/** What the benchmark needs to know, once. */
export interface ServiceAddress {
  readonly baseUrl: string;
  readonly issuerUrl: string;
  readonly tenantId: string;
  readonly connectionString: string;
}

/** CPU time of host and worker since the start, that of the worker's main thread in it, and the peak of the worker's memory since the last `forgetPeak`. */
export interface ServiceUsage {
  readonly cpuSeconds: number;
  readonly mainThreadSeconds: number | null;
  readonly peakMegabytes: number;
}

export type ServiceRequest = "usage" | "forgetPeak";

// As often as in Azure, the local defaults are for people who wait; and as large as what is measured.
const settings = {
  MaxBodyMegabytes: "4096",
  ProcessingSchedule: "0 * * * * *",
  MonitoringSchedule: "0 * * * * *",
  UpkeepSchedule: "0 */5 * * * *",
  LeaseSeconds: "240",
};

async function readUsage(): Promise<ServiceUsage> {
  const worker = await service.host.worker();
  const workerUsage = await worker.usage();
  const micros = [workerUsage, process.resourceUsage()].map((usage) => usage.userCPUTime + usage.systemCPUTime);
  return {
    cpuSeconds: micros.reduce((sum, value) => sum + value, 0) / 1e6,
    mainThreadSeconds: mainThreadCpuSeconds(worker.pid),
    peakMegabytes: (await readPeakMegabytes(worker.pid)) ?? workerUsage.maxRSS / 1024,
  };
}

const port = await holdPort(0);
if (port === undefined) throw new Error("This machine has no free port.");
const [dataFolder, dataStorage] = process.argv.slice(2);
const service = await runLocalService({
  ...(dataFolder && { dataFolder }),
  appRoot: path.dirname(import.meta.dirname),
  port,
  settings: { ...settings, ...(dataStorage && { DataStorage: dataStorage }) },
  log: (level, category, message) => {
    if (["warning", "error", "critical"].includes(level)) console.error(`${level} ${category}: ${message}`);
  },
});
process.on("message", (request: ServiceRequest) => {
  const answer =
    request === "usage"
      ? readUsage()
      : service.host
          .worker()
          .then(({ pid }) => forgetPeak(pid))
          .then(readUsage);
  void answer.then((usage) => process.send?.(usage));
});
process.once("disconnect", () => {
  // The app's stream proxy listens as long as the process lives.
  void service.stop().finally(() => process.exit());
});
const { baseUrl, issuer, azurite } = service;
const address: ServiceAddress = {
  baseUrl,
  issuerUrl: issuer.baseUrl,
  tenantId: issuer.tenantId,
  connectionString: azurite.connectionString,
};
process.send?.(address);
