import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { startAzurite, type Azurite } from "./azurite.ts";
import type { TlsFiles } from "./certificate.ts";
import { startFunctionHost, type FunctionHost } from "./functionHost.ts";
import type { HeldPort } from "./freePort.ts";
import type { HostLog } from "./host/coreTypes.ts";
import { hostMegabytesMore, numberSettings } from "../shared/settings.ts";
import { giveHeapRoom } from "../shared/system/heapRoom.ts";
import { createTokenIssuer, type TokenIssuer } from "./tokenIssuer.ts";

export interface LocalServiceOptions {
  /** Where package.json, host.json and the build are. */
  readonly appRoot: string;
  /** Keeps Azurite's data, the issuer's key and the timers' due times; without it everything is in memory. */
  readonly dataFolder?: string;
  /** Held until the host listens: the base URL is an app setting before that. */
  readonly port: HeldPort;
  /** Serves over TLS. */
  readonly tls?: TlsFiles | undefined;
  /** App settings that win over the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: HostLog;
}

/** The whole service on one machine. */
export interface LocalService {
  readonly baseUrl: string;
  readonly azurite: Azurite;
  readonly issuer: TokenIssuer;
  readonly host: FunctionHost;
  /** The app settings of the host: another host with them stands beside it, on the same storage. */
  readonly settings: Readonly<Record<string, string>>;
  /** In PEM, when the service has one of its own: a client on this machine must trust it. */
  readonly certificate: string | undefined;
  /** Stops everything in the reverse order; Azurite saves. */
  stop(): Promise<void>;
}

// Ticks come often here, so that a recurrence of one minute starts on time and nobody waits for the upkeep; and what a
// kill interrupted goes on within a minute of the next start.
const localSchedules = {
  ProcessingSchedule: "*/2 * * * * *",
  MonitoringSchedule: "*/15 * * * * *",
  UpkeepSchedule: "*/10 * * * * *",
  LeaseSeconds: "20",
};

/** Starts Azurite and the function host, with the token issuer below its origin; when one of them fails, those before it are stopped. */
export async function runLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const { appRoot, dataFolder, port, tls, log } = options;
  const keep = (name: string): string | undefined => dataFolder && path.join(dataFolder, name);
  // Bodies pass through the host as well as through the app.
  giveHeapRoom();
  await using stack = new AsyncDisposableStack();
  // The demo speaks to this origin.
  if (tls !== undefined) setDefaultCACertificates([...getCACertificates("default"), tls.cert]);
  const baseUrl = toBaseUrl(port.port, tls !== undefined);
  const azuriteFolder = keep("azurite");
  const azurite = await startAzurite(azuriteFolder === undefined ? {} : { folder: azuriteFolder });
  stack.defer(() => azurite.stop());
  const keyFile = keep("issuer.json");
  const issuer = await createTokenIssuer({ baseUrl, audience: baseUrl, ...(keyFile && { keyFile }) });
  const statusFolder = keep("timers");
  const settings = { ...toSettings(azurite, issuer, baseUrl), ...options.settings };
  const defaultSettings = toDefaultSettings(settings);
  const host = await startFunctionHost({
    appRoot,
    port,
    log,
    settings,
    defaultSettings,
    beside: issuer.answer,
    // The app fetches the issuer's keys from this origin.
    ...(tls && { tls, certificates: [tls.cert] }),
    ...(statusFolder && { statusFolder }),
  });
  stack.defer(() => host.stop());
  const running = stack.move();
  return {
    baseUrl,
    azurite,
    issuer,
    host,
    settings: { ...defaultSettings, ...settings },
    certificate: tls?.cert,
    stop: () => running.disposeAsync(),
  };
}

/** Without the port where it is the scheme's own: a client that builds the same URL leaves it out. */
export function toBaseUrl(port: number, https: boolean): string {
  return new URL(`${https ? "https" : "http"}://localhost:${port}`).origin;
}

function toSettings(azurite: Azurite, issuer: TokenIssuer, baseUrl: string): Readonly<Record<string, string>> {
  return {
    AzureWebJobsStorage: azurite.connectionString,
    DataStorage: azurite.connectionString,
    TenantId: issuer.tenantId,
    ApiClientId: issuer.apiClientId,
    PublicBaseUrl: baseUrl,
    DevelopmentIssuerUrl: issuer.baseUrl,
    WebhookLocalTargets: "true",
  };
}

function toDefaultSettings(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { byDefault } = numberSettings.maxBodyMegabytes;
  const bodyMegabytes = Number(settings["MaxBodyMegabytes"] ?? process.env["MaxBodyMegabytes"] ?? byDefault);
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String((bodyMegabytes + hostMegabytesMore) * 1024 * 1024),
    ...localSchedules,
  };
}
