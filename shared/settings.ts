import { telemetrySettingNames } from "./system/telemetryConfig.ts";

/** One setting of the service: read by config.ts, declared in local.settings.sample.json and infra/, told in docs/configuration.md. */
export interface Setting {
  readonly name: string;
  readonly effect: string;
}

export interface NumberSetting extends Setting {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
}

/** By how much the host's own limit of a body lies above MaxBodyMegabytes, so that the service says what is too large. */
export const hostMegabytesMore = 16;

export const numberSettings = {
  maxBodyMegabytes: number(
    "MaxBodyMegabytes",
    50,
    1,
    4096,
    "Largest body of an enqueue; a larger one gets 413. What an instance must hold for it: docs/deploy.md, Sizes.",
  ),
  maxUploadMegabytes: number(
    "MaxUploadMegabytes",
    10_240,
    1,
    262_144,
    "Largest file of an upload in blocks, which passes the service by; a larger one gets 413.",
  ),
  uploadHours: number(
    "UploadHours",
    24,
    1,
    144,
    "How long an upload in blocks may take from its reservation to its commit; then it is cleared away.",
  ),
  maxRequestsInProgress: number(
    "MaxRequestsInProgress",
    200,
    2,
    10_000,
    "Requests that one instance works on at a time; the next one gets 429 with Retry-After.",
  ),
  maxRequestsPerApplication: number(
    "MaxRequestsPerApplication",
    100,
    1,
    10000,
    "Of these, what one application may have; the next one gets 429 that says so. With ReservedForManagement below the whole.",
  ),
  reservedForManagement: number(
    "ReservedForManagement",
    20,
    0,
    10000,
    "Of these, what integration clients leave free for the management API.",
  ),
  minUploadBytesPerSecond: number(
    "MinUploadBytesPerSecond",
    1024,
    1,
    1000000,
    "A body that comes slower than this for SlowUploadSeconds gets 408.",
  ),
  slowUploadSeconds: number(
    "SlowUploadSeconds",
    30,
    1,
    300,
    "How long a body may come slower than MinUploadBytesPerSecond.",
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
  stylesheetMegabytes: number(
    "StylesheetMegabytes",
    64,
    1,
    512,
    "Largest file, unpacked, that goes through stylesheets. The processor holds it whole and may take 20 times its size in memory.",
  ),
  stylesheetSeconds: number(
    "StylesheetSeconds",
    120,
    1,
    1800,
    "How long the stylesheets of one file may take together; then they are ended, and the message says so.",
  ),
  linesSideBySide: number(
    "LinesSideBySide",
    2,
    1,
    16,
    "Lines of one unit, level and sequence that an import runs at the same time. All imports of an instance share what is above 1.",
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
    "Application id of the API's registration: an audience of tokens, as is api://<id>, and the client by which people sign in to the page.",
  ),
  publicBaseUrl: text(
    "PublicBaseUrl",
    "Scheme and host under which clients reach the service: an audience of tokens, and the base of download links. Without it links follow the forwarded host.",
  ),
  developmentIssuerUrl: text(
    "DevelopmentIssuerUrl",
    "Base URL of the token issuer of a local run, which takes Entra's place. Refused in Azure.",
  ),
  webhookLocalTargets: text(
    "WebhookLocalTargets",
    "`true` lets webhooks call receivers on this machine, over http too, for a local run; `false` by default. Refused in Azure.",
  ),
  drainMode: text(
    "DrainMode",
    "`true` lets the service take and serve, and start no work: ticks start nothing, workers leave what is on the queue; `false` by default. docs/operate.md, Draining.",
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

function number(name: string, byDefault: number, min: number, max: number, effect: string): NumberSetting {
  return { name, byDefault, min, max, effect };
}

function text(name: string, effect: string): Setting {
  return { name, effect };
}
