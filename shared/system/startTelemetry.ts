import { systemLog } from "./log.ts";
import type { TelemetryOptions } from "./openTelemetry.ts";
import { type Telemetry, silentTelemetry } from "./telemetry.ts";
import type { TelemetryConfig } from "./telemetryConfig.ts";

type Outputs = Pick<TelemetryOptions, "spanProcessors" | "metricReaders">;

/**
 * Telemetry to the places of the configuration. Loads what it needs, and without a place nothing; telemetry that cannot
 * start is a line in the log and not a service that does not start.
 */
export async function startTelemetry(
  config: TelemetryConfig,
  resource: Readonly<Record<string, string>>,
): Promise<Telemetry> {
  if (!config.insights && !config.isOnConsole) return silentTelemetry;
  try {
    const { openTelemetry } = await import("./openTelemetry.ts");
    const { reportTrouble } = await import("./telemetryTrouble.ts");
    const outputs = await openOutputs(config);
    reportTrouble(systemLog, Date.now);
    return openTelemetry({
      log: systemLog,
      now: Date.now,
      resource,
      spanProcessors: outputs.flatMap(({ spanProcessors }) => spanProcessors),
      metricReaders: outputs.flatMap(({ metricReaders }) => metricReaders),
    });
  } catch (error) {
    systemLog.error("telemetry.failed", {}, error);
    return silentTelemetry;
  }
}

async function openOutputs({ insights, isOnConsole }: TelemetryConfig): Promise<readonly Outputs[]> {
  const outputs: Outputs[] = [];
  if (insights) {
    const { azureOutput } = await import("./azureOutput.ts");
    outputs.push(azureOutput(insights));
  }
  if (isOnConsole) {
    const { consoleOutput } = await import("./consoleOutput.ts");
    outputs.push(consoleOutput(console.log));
  }
  return outputs;
}
