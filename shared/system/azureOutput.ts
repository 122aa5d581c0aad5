// Spans and metrics to Application Insights, in the background.
import { ManagedIdentityCredential } from "@azure/identity";
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from "@azure/monitor-opentelemetry-exporter";
import { PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { TelemetryOptions } from "./openTelemetry.ts";
import type { InsightsConfig } from "./telemetryConfig.ts";

type Outputs = Pick<TelemetryOptions, "spanProcessors" | "metricReaders">;

const reportIntervalMs = 60_000;
const exportMsMax = 10_000;
const spansMax = 4096;

export function azureOutput({ connectionString, identity }: InsightsConfig): Outputs {
  // The exporter reports on itself to Microsoft otherwise, from every installation.
  process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] ??= "true";
  const options = {
    connectionString,
    // What cannot be sent is dropped: an instance has little disk, and the next one has another.
    disableOfflineStorage: true,
    ...(identity && { credential: credentialOf(identity) }),
  };
  return {
    spanProcessors: [
      new BatchSpanProcessor(new AzureMonitorTraceExporter(options), {
        maxQueueSize: spansMax,
        exportTimeoutMillis: exportMsMax,
      }),
    ],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: new AzureMonitorMetricExporter(options),
        exportIntervalMillis: reportIntervalMs,
        exportTimeoutMillis: exportMsMax,
      }),
    ],
  };
}

function credentialOf({ clientId }: NonNullable<InsightsConfig["identity"]>): ManagedIdentityCredential {
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
