// The whole service in a process of its own, as the tests of the running service start it: an Azurite in memory, the
// issuer and the host with the built app. With `beside` it is one more host on another service's storage. Says in one
// line of JSON where it is; ends with its parent. Answers the line "memory" with the most memory that host and worker ever
// held, and "worker" with the process that the app is in.
import path from "node:path";
import { createInterface } from "node:readline";
import { createCertificate } from "../../local/certificate.ts";
import { type HeldPort, holdPort } from "../../local/freePort.ts";
import { type FunctionHost, startFunctionHost } from "../../local/functionHost.ts";
import type { HostLog } from "../../local/host/coreTypes.ts";
import { runLocalService } from "../../local/localService.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Options {
  readonly settings?: Readonly<Record<string, string>>;
  readonly dataFolder?: string;
  readonly appRoot?: string;
  readonly https?: boolean;
  readonly beside?: Facts;
}

interface Facts {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly connectionString: string;
  /** In PEM, with `https`. */
  readonly certificate?: string | undefined;
  /** The app settings of the host. */
  readonly settings: Readonly<Record<string, string>>;
}

const log: HostLog = (level, category, message) => {
  if (level === "error" || level === "warning" || process.env["SERVICE_LOG"]) console.error(level, category, message);
};

const options: Options = JSON.parse(process.argv[2] ?? "{}");
const { facts, host, stop } = await (options.beside ? startBeside(options.beside) : startWhole());
createInterface({ input: process.stdin })
  .on("line", (line) => void (line === "worker" ? sayWorker() : sayMemory()))
  .once("close", () => void stop().then(() => process.exit()));
host.lost.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
const { pid: workerPid } = await host.worker();
const routes = host.routes.map(({ functionName, methods, template }) => ({ functionName, methods, template }));
console.log(JSON.stringify({ ...facts, workerPid, routes }));

async function sayWorker(): Promise<void> {
  console.log(JSON.stringify({ workerPid: (await host.worker()).pid }));
}

async function sayMemory(): Promise<void> {
  const { maxRSS } = await (await host.worker()).usage();
  console.log(JSON.stringify({ peakMemoryBytes: (maxRSS + process.resourceUsage().maxRSS) * 1024 }));
}

interface Started {
  readonly facts: Facts;
  readonly host: FunctionHost;
  readonly stop: () => Promise<void>;
}

async function holdAnyPort(): Promise<HeldPort> {
  const held = await holdPort(0);
  if (held === undefined) throw new Error("This machine has no free port.");
  return held;
}

async function startWhole(): Promise<Started> {
  const { appRoot = root, dataFolder, https = false, settings = {} } = options;
  const service = await runLocalService({
    appRoot,
    port: await holdAnyPort(),
    tls: https ? createCertificate(Date.now()) : undefined,
    settings,
    log,
    ...(dataFolder ? { dataFolder } : {}),
  });
  const { baseUrl, issuer, azurite, host } = service;
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  const { connectionString } = azurite;
  return {
    facts: { baseUrl, tokenUrl, connectionString, certificate: service.certificate, settings: service.settings },
    host,
    stop: () => service.stop(),
  };
}

async function startBeside(other: Facts): Promise<Started> {
  const { appRoot = root, settings = {} } = options;
  const host = await startFunctionHost({ appRoot, port: 0, log, settings: { ...other.settings, ...settings } });
  return { facts: { ...other, baseUrl: host.baseUrl }, host, stop: () => host.stop() };
}
