import { isGuid } from "../domain/guid.ts";

/** Where telemetry goes; nowhere when it names no place. */
export interface TelemetryConfig {
  readonly insights?: InsightsConfig;
  readonly isOnConsole: boolean;
}

export interface InsightsConfig {
  readonly connectionString: string;
  /** The managed identity that sends; without it the connection string alone must do. */
  readonly identity?: { readonly clientId?: string };
}

export const telemetrySettingNames = {
  connectionString: "APPLICATIONINSIGHTS_CONNECTION_STRING",
  authentication: "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  console: "TelemetryConsole",
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings of telemetry; whatever is wrong with them goes to the problems. */
export function readTelemetry(environment: Environment, problems: string[]): TelemetryConfig {
  const insights = readInsights(environment, problems);
  const onConsole = (environment[telemetrySettingNames.console] ?? "").toLowerCase();
  if (!["", "true", "false"].includes(onConsole)) {
    problems.push(`${telemetrySettingNames.console} must be true or false.`);
  }
  return { isOnConsole: onConsole === "true", ...(insights && { insights }) };
}

function readInsights(environment: Environment, problems: string[]): InsightsConfig | undefined {
  const connectionString = environment[telemetrySettingNames.connectionString];
  if (!connectionString) return undefined;
  const parts = partsOf(connectionString);
  const endpoint = parts.get("ingestionendpoint") ?? "https://dc.services.visualstudio.com";
  const isEndpoint = URL.canParse(endpoint) && new URL(endpoint).protocol === "https:";
  if (!isGuid((parts.get("instrumentationkey") ?? "").toLowerCase()) || !isEndpoint) {
    problems.push(
      `${telemetrySettingNames.connectionString} must be the component's connection string: InstrumentationKey=<guid>;IngestionEndpoint=https://…`,
    );
  }
  const identity = readIdentity(environment, problems);
  return { connectionString, ...(identity && { identity }) };
}

function readIdentity(environment: Environment, problems: string[]): InsightsConfig["identity"] {
  const text = environment[telemetrySettingNames.authentication];
  if (!text) return undefined;
  const parts = partsOf(text);
  const clientId = parts.get("clientid");
  const isAboutEntra = parts.get("authorization")?.toUpperCase() === "AAD";
  if (!isAboutEntra || (clientId !== undefined && !isGuid(clientId.toLowerCase()))) {
    problems.push(
      `${telemetrySettingNames.authentication} must be Authorization=AAD, with ClientId=<guid>; before it for a user-assigned identity.`,
    );
  }
  return clientId === undefined ? {} : { clientId };
}

function partsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(";").flatMap((part): [string, string][] => {
      const at = part.indexOf("=");
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
}
