import type { Meter } from "@opentelemetry/api";
import type { EventName, Events } from "../ports/events.ts";
import { metricNames } from "../telemetryNames.ts";
import { type Measurement, metricKinds, measurementsOf } from "./metrics.ts";

type Report = (value: number, attributes: Measurement["attributes"]) => void;

/** Puts the figures of an event into the instruments; one is made when its first figure comes. */
export function createMeter(meter: Meter): <E extends EventName>(event: E, facts: Events[E]) => void {
  const instruments = new Map<string, Report>();
  return (event, facts) => {
    for (const { metric, value, attributes } of measurementsOf(event, facts)) {
      const report = instruments.get(metric) ?? instrument(meter, metric);
      instruments.set(metric, report);
      report(value, attributes);
    }
  };
}

function instrument(meter: Meter, metric: Measurement["metric"]): Report {
  const name = metricNames[metric];
  switch (metricKinds[metric]) {
    case "counter": {
      const counter = meter.createCounter(name);
      return (value, attributes) => counter.add(value, attributes);
    }
    case "gauge": {
      const gauge = meter.createGauge(name);
      return (value, attributes) => gauge.record(value, attributes);
    }
    case "histogram": {
      const histogram = meter.createHistogram(name);
      return (value, attributes) => histogram.record(value, attributes);
    }
  }
}
