import { isGuid } from "./domain/guid.ts";
import type { Settings } from "./ports.ts";
import { type TelemetryConfig, readTelemetry, telemetrySettingNames } from "./system/telemetryConfig.ts";

/** One setting of the service: read here, declared in local.settings.sample.json and infra/, told in docs/configuration.md. */
export interface Setting {
  readonly name: string;
  readonly effect: string;
}

export interface NumberSetting extends Setting {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
}

export const numberSettings = {
  maxBodyMegabytes: number("MaxBodyMegabytes", 256, 1, 4096, "Largest body of an enqueue; a larger one gets 413."),
  maxRequestsInProgress: number(
    "MaxRequestsInProgress",
    200,
    1,
    10_000,
    "Requests that one instance works on at a time; the next one gets 429 with Retry-After.",
  ),
  stalledReaderSeconds: number(
    "StalledReaderSeconds",
    120,
    5,
    230,
    "A client that takes nothing of its answer for so long is cut off; the next one gets its place.",
  ),
  leaseSeconds: number(
    "LeaseSeconds",
    240,
    10,
    3600,
    "How long a worker may be silent before its message is given to another one; renewed three times in that time.",
  ),
  resendMinutes: number(
    "ResendMinutes",
    10,
    1,
    1440,
    "After this time a waiting message that no worker took is pointed at again.",
  ),
  retentionDays: number(
    "RetentionDays",
    7,
    1,
    3650,
    "Age at which a message in a final state is deleted with its files; nothing else ever is. No job's duplicate window may be longer.",
  ),
  auditRetentionDays: number("AuditRetentionDays", 90, 1, 3650, "Age at which entries of the audit trail are deleted."),
  orphanMinutes: number(
    "OrphanMinutes",
    60,
    10,
    1440,
    "Age at which a payload without a message (its enqueue was cut off) is deleted.",
  ),
  dueJobsPerTick: number("DueJobsPerTick", 500, 1, 10_000, "Due jobs that one processing tick starts at most."),
  missedRuns: number(
    "MissedRuns",
    24,
    1,
    100,
    'Runs that a job with the misfire policy "all" makes up for at most after a stop.',
  ),
} as const satisfies Record<string, NumberSetting>;

export const textSettings = {
  dataStorage: text(
    "DataStorage",
    "Connection string of the data account for a local run. In Azure its place is taken by DataStorage__blobServiceUri, DataStorage__queueServiceUri, DataStorage__tableServiceUri, DataStorage__credential (managedidentity) and DataStorage__clientId.",
  ),
  tenantId: text("TenantId", "The Entra tenant whose tokens count."),
  apiClientId: text(
    "ApiClientId",
    "Application id of the API's registration: an audience of tokens, as is api://<id>.",
  ),
  publicBaseUrl: text(
    "PublicBaseUrl",
    "Scheme and host under which clients reach the service: an audience of tokens, and the base of download links. Without it links follow the forwarded host.",
  ),
  developmentIssuerUrl: text(
    "DevelopmentIssuerUrl",
    "Base URL of the token issuer of a local run, which takes Entra's place. Refused in Azure.",
  ),
  telemetryConsole: text(
    telemetrySettingNames.console,
    "`true` writes spans and metrics to the console, a line of JSON each, for a local run; `false` by default.",
  ),
} as const satisfies Record<string, Setting>;

/** Read by the host itself, through `%name%` in the timers' schedules. */
export const scheduleSettings = {
  processing: text("ProcessingSchedule", "NCRONTAB schedule of the processing tick; each minute by default."),
  monitoring: text("MonitoringSchedule", "NCRONTAB schedule of the monitoring tick; each minute by default."),
  upkeep: text(
    "UpkeepSchedule",
    "NCRONTAB schedule of the upkeep, which points at stuck work and sends retention, compaction and the like as work; every 5 minutes by default.",
  ),
} as const satisfies Record<string, Setting>;

/** Read by the host and by the service: both send to the same place. */
export const insightsSettings = {
  connectionString: text(
    telemetrySettingNames.connectionString,
    "Connection string of the Application Insights component that takes logs, traces and metrics. Without it nothing is sent.",
  ),
  authentication: text(
    telemetrySettingNames.authentication,
    "`ClientId=<client id>;Authorization=AAD`: the managed identity that sends. Without it the connection string alone must do, which a component with local authentication off refuses.",
  ),
} as const satisfies Record<string, Setting>;

export type DataStorage =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      readonly tableServiceUri: string;
      readonly clientId: string | undefined;
    };

export interface Config {
  readonly storage: DataStorage;
  readonly tenantId: string;
  readonly apiClientId: string;
  readonly publicBaseUrl: string | undefined;
  readonly developmentIssuerUrl: string | undefined;
  readonly requestsInProgressMax: number;
  readonly stalledReaderMs: number;
  readonly telemetry: TelemetryConfig;
  readonly settings: Settings;
}

/** Everything that is missing or wrong in the environment, in one error, so that one look mends it all. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The service cannot start: ${problems.join(" ")} docs/configuration.md explains every setting.`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const numbers = readNumbers(environment, problems);
  const config: Config = {
    storage: readStorage(environment, problems),
    tenantId: readGuid(environment, textSettings.tenantId.name, problems),
    apiClientId: readGuid(environment, textSettings.apiClientId.name, problems),
    publicBaseUrl: readUrl(environment, textSettings.publicBaseUrl.name, problems),
    developmentIssuerUrl: readUrl(environment, textSettings.developmentIssuerUrl.name, problems),
    requestsInProgressMax: numbers.maxRequestsInProgress,
    stalledReaderMs: numbers.stalledReaderSeconds * 1000,
    telemetry: readTelemetry(environment, problems),
    settings: toSettings(numbers),
  };
  // App Service sets these on every instance: a development issuer there would let anybody in.
  const isInAzure = Boolean(environment["WEBSITE_INSTANCE_ID"] ?? environment["WEBSITE_SITE_NAME"]);
  if (config.developmentIssuerUrl !== undefined && isInAzure) {
    problems.push("DevelopmentIssuerUrl is set, but a development issuer is never trusted in Azure: remove it.");
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

type Numbers = Readonly<Record<keyof typeof numberSettings, number>>;

function readNumbers(environment: Environment, problems: string[]): Numbers {
  const read = (setting: NumberSetting): number => {
    const given = environment[setting.name];
    const value = given === undefined || given === "" ? setting.byDefault : Number(given);
    if (Number.isInteger(value) && value >= setting.min && value <= setting.max) return value;
    problems.push(`${setting.name} must be a whole number from ${setting.min} to ${setting.max}.`);
    return setting.byDefault;
  };
  return {
    maxBodyMegabytes: read(numberSettings.maxBodyMegabytes),
    maxRequestsInProgress: read(numberSettings.maxRequestsInProgress),
    stalledReaderSeconds: read(numberSettings.stalledReaderSeconds),
    leaseSeconds: read(numberSettings.leaseSeconds),
    resendMinutes: read(numberSettings.resendMinutes),
    retentionDays: read(numberSettings.retentionDays),
    auditRetentionDays: read(numberSettings.auditRetentionDays),
    orphanMinutes: read(numberSettings.orphanMinutes),
    dueJobsPerTick: read(numberSettings.dueJobsPerTick),
    missedRuns: read(numberSettings.missedRuns),
  };
}

const minute = 60_000;
const day = 24 * 60 * minute;

function toSettings(numbers: Numbers): Settings {
  return {
    leaseMs: numbers.leaseSeconds * 1000,
    resendAfterMs: numbers.resendMinutes * minute,
    retentionMs: numbers.retentionDays * day,
    auditRetentionMs: numbers.auditRetentionDays * day,
    orphanAfterMs: numbers.orphanMinutes * minute,
    bodyBytesMax: numbers.maxBodyMegabytes * 1024 * 1024,
    dueJobsPerTickMax: numbers.dueJobsPerTick,
    missedRunsMax: numbers.missedRuns,
  };
}

function readStorage(environment: Environment, problems: string[]): DataStorage {
  const name = textSettings.dataStorage.name;
  const connectionString = environment[name];
  if (connectionString) return { kind: "connectionString", connectionString };
  const [blobServiceUri, queueServiceUri, tableServiceUri] = ["blob", "queue", "table"].map(
    (service) => environment[`${name}__${service}ServiceUri`],
  );
  if (!blobServiceUri || !queueServiceUri || !tableServiceUri) {
    problems.push(
      `${name} is missing: set a connection string, or all of ${name}__blobServiceUri, ${name}__queueServiceUri and ${name}__tableServiceUri.`,
    );
  }
  return {
    kind: "identity",
    blobServiceUri: blobServiceUri ?? "",
    queueServiceUri: queueServiceUri ?? "",
    tableServiceUri: tableServiceUri ?? "",
    clientId: environment[`${name}__clientId`],
  };
}

function readGuid(environment: Environment, name: string, problems: string[]): string {
  const value = (environment[name] ?? "").toLowerCase();
  if (!isGuid(value)) problems.push(value === "" ? `${name} is missing.` : `${name} must be a GUID.`);
  return value;
}

function readUrl(environment: Environment, name: string, problems: string[]): string | undefined {
  const value = environment[name];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    problems.push(`${name} must be a URL such as https://integrations.example.com.`);
    return undefined;
  }
  return value.replace(/\/+$/, "");
}

function number(name: string, byDefault: number, min: number, max: number, effect: string): NumberSetting {
  return { name, byDefault, min, max, effect };
}

function text(name: string, effect: string): Setting {
  return { name, effect };
}
