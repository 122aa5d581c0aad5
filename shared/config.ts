import { isGuid } from "./domain/guid.ts";
import type { Settings } from "./ports.ts";
import { numberSettings, type NumberSetting, scheduleSettings, textSettings } from "./settings.ts";
import { type TelemetryConfig, readTelemetry } from "./system/telemetryConfig.ts";

export type DataStorage =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      readonly tableServiceUri: string;
      readonly clientId: string | undefined;
    };

/** Requests in progress on one instance: the whole, and how it is shared. */
export interface Places {
  readonly inProgressMax: number;
  readonly perApplicationMax: number;
  readonly reservedForManagement: number;
}

export interface Config {
  readonly storage: DataStorage;
  readonly tenantId: string;
  readonly apiClientId: string;
  readonly publicBaseUrl: string | undefined;
  readonly developmentIssuerUrl: string | undefined;
  readonly places: Places;
  readonly uploadPace: { readonly bytesPerSecondMin: number; readonly forMs: number };
  readonly stalledReaderMs: number;
  /** Of what goes through stylesheets. */
  readonly stylesheets: { readonly documentBytesMax: number; readonly durationMsMax: number };
  readonly telemetry: TelemetryConfig;
  readonly settings: Settings;
  readonly linesSideBySide: number;
  readonly webhookLocalTargets: boolean;
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
    places: toPlaces(numbers, problems),
    uploadPace: { bytesPerSecondMin: numbers.minUploadBytesPerSecond, forMs: numbers.slowUploadSeconds * 1000 },
    stalledReaderMs: numbers.stalledReaderSeconds * 1000,
    stylesheets: {
      documentBytesMax: numbers.stylesheetMegabytes * 1024 * 1024,
      durationMsMax: numbers.stylesheetSeconds * 1000,
    },
    telemetry: readTelemetry(environment, problems),
    settings: toSettings(numbers, readSwitch(environment, textSettings.drainMode.name, problems)),
    linesSideBySide: numbers.linesSideBySide,
    webhookLocalTargets: environment[textSettings.webhookLocalTargets.name] === "true",
  };
  // A host that finds no schedule starts all the same, without the timer that lacks it.
  for (const { name } of Object.values(scheduleSettings)) {
    if (!environment[name]) problems.push(`${name} is missing: its timer runs by it. Set an NCRONTAB schedule.`);
  }
  if (config.developmentIssuerUrl !== undefined && setInAzure.some((name) => environment[name])) {
    problems.push("DevelopmentIssuerUrl is set, but a development issuer is never trusted in Azure: remove it.");
  }
  if (config.webhookLocalTargets && setInAzure.some((name) => environment[name])) {
    problems.push("WebhookLocalTargets is set, but webhooks never call what is local in Azure: remove it.");
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** By App Service, by each of its plans or by Container Apps: a development issuer there would let anybody in. */
const setInAzure = ["WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_SKU", "CONTAINER_APP_NAME"];

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
    maxUploadMegabytes: read(numberSettings.maxUploadMegabytes),
    uploadHours: read(numberSettings.uploadHours),
    maxRequestsInProgress: read(numberSettings.maxRequestsInProgress),
    maxRequestsPerApplication: read(numberSettings.maxRequestsPerApplication),
    reservedForManagement: read(numberSettings.reservedForManagement),
    minUploadBytesPerSecond: read(numberSettings.minUploadBytesPerSecond),
    slowUploadSeconds: read(numberSettings.slowUploadSeconds),
    stalledReaderSeconds: read(numberSettings.stalledReaderSeconds),
    leaseSeconds: read(numberSettings.leaseSeconds),
    resendMinutes: read(numberSettings.resendMinutes),
    retentionDays: read(numberSettings.retentionDays),
    auditRetentionDays: read(numberSettings.auditRetentionDays),
    orphanMinutes: read(numberSettings.orphanMinutes),
    dueJobsPerTick: read(numberSettings.dueJobsPerTick),
    missedRuns: read(numberSettings.missedRuns),
    stylesheetMegabytes: read(numberSettings.stylesheetMegabytes),
    stylesheetSeconds: read(numberSettings.stylesheetSeconds),
    linesSideBySide: read(numberSettings.linesSideBySide),
  };
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** Those of the settings that say how the service works, for who looks at its storage beside it; the rest may lack. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const isDraining = readSwitch(environment, textSettings.drainMode.name, problems);
  const settings = toSettings(readNumbers(environment, problems), isDraining);
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

function toSettings(numbers: Numbers, isDraining: boolean): Settings {
  return {
    leaseMs: numbers.leaseSeconds * 1000,
    resendAfterMs: numbers.resendMinutes * minute,
    retentionMs: numbers.retentionDays * day,
    auditRetentionMs: numbers.auditRetentionDays * day,
    orphanAfterMs: numbers.orphanMinutes * minute,
    bodyBytesMax: numbers.maxBodyMegabytes * 1024 * 1024,
    uploadBytesMax: numbers.maxUploadMegabytes * 1024 * 1024,
    uploadMs: numbers.uploadHours * 60 * minute,
    dueJobsPerTickMax: numbers.dueJobsPerTick,
    missedRunsMax: numbers.missedRuns,
    isDraining,
  };
}

function toPlaces(numbers: Numbers, problems: string[]): Places {
  const { maxRequestsInProgress: whole, maxRequestsPerApplication, reservedForManagement } = numbers;
  if (maxRequestsPerApplication + reservedForManagement >= whole) {
    problems.push(
      "MaxRequestsPerApplication and ReservedForManagement together must be below MaxRequestsInProgress, or one application could take the places of all others.",
    );
  }
  return {
    inProgressMax: whole,
    perApplicationMax: maxRequestsPerApplication,
    reservedForManagement,
  };
}

/** Where the data are; adds to the problems where that is not said. */
export function readStorage(environment: Environment, problems: string[]): DataStorage {
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

/** Templates and portals write it in capitals too. */
function readSwitch(environment: Environment, name: string, problems: string[]): boolean {
  const value = (environment[name] ?? "").trim().toLowerCase();
  if (value !== "" && value !== "true" && value !== "false") problems.push(`${name} must be true or false.`);
  return value === "true";
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
