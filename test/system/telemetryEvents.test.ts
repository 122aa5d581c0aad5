import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { messageEvents } from "../../shared/system/messageEvents.ts";
import { eventsWithoutFigures, figuresOfEvents, measurementsOf, metricKinds } from "../../shared/system/metrics.ts";
import { attributeNames, metricNames, spanAttributeNames } from "../../shared/telemetryNames.ts";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const logged = [
  ...new Set(
    globSync("shared/**/*.ts", { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/[lL]og\.(?:info|warn|error)\(\s*"([^"]+)"/g)].map(([, event]) => event!),
    ),
  ),
].toSorted();

const measured = Object.keys(figuresOfEvents);

describe("every event", () => {
  test("that the service logs brings figures, or is listed as one that brings none", () => {
    expect([...measured, ...eventsWithoutFigures].toSorted()).toEqual(logged);
  });

  test("that makes a span of a message is logged somewhere", () => {
    expect(Object.keys(messageEvents).filter((event) => !logged.includes(event))).toEqual([]);
  });

  test("of a message makes a span, but for those that are about nothing that happened to it", () => {
    const ofMessages = logged.filter((event) => event.startsWith("message."));

    expect(ofMessages.filter((event) => messageEvents[event] === undefined)).toEqual([]);
  });
});

describe("every metric", () => {
  test("is made from some event", () => {
    const made = new Set(Object.values(figuresOfEvents).flatMap((figures) => figures.map(([metric]) => metric)));

    expect([...made].toSorted()).toEqual(Object.keys(metricNames).toSorted());
  });

  test("is of the kind that its description says", () => {
    const names = read("shared/telemetryNames.ts");

    for (const [key, kind] of Object.entries(metricKinds)) {
      const [, described] = new RegExp(`/\\*\\* (\\w+):[^/]*\\*/\\s+${key}: "`).exec(names) ?? [];
      expect(described?.toLowerCase()).toBe(kind);
    }
  });

  test("is told in docs/telemetry.md with its kind", () => {
    const page = read("docs/telemetry.md");

    for (const [key, name] of Object.entries(metricNames)) {
      expect(page).toContain(`| \`${name}\` | ${Reflect.get(metricKinds, key)} |`);
    }
  });

  test("has a place in the alerts or the workbook, under the name that the service reports", () => {
    const infra = ["infra/alerts.bicep", "infra/workbook.bicep"].map(read).join("\n");
    const { metrics, attributes }: { metrics: Record<string, string>; attributes: Record<string, string> } = JSON.parse(
      read("infra/names.json"),
    );
    const asked = (kind: string): string[] =>
      [...infra.matchAll(new RegExp(`${kind}\\.(\\w+)`, "g"))].map(([, key]) => key!);

    for (const [key, name] of Object.entries(metricNames)) {
      expect(metrics[key]).toBe(name);
      expect(asked("metrics")).toContain(key);
    }
    for (const key of asked("attributes")) expect(attributes[key]).toBe(Reflect.get(attributeNames, key));
  });
});

describe("a figure", () => {
  test("is said of a job, a direction or a tick, and never of one message", () => {
    const facts = { activityId: "a", direction: "import", messageId: "m", executionId: "e", sizeBytes: 5 };

    expect(measurementsOf("message.enqueued", facts)).toEqual([
      {
        metric: "bytes",
        value: 5,
        attributes: { [attributeNames.activityId]: "a", [attributeNames.direction]: "import" },
      },
    ]);
  });

  test.each([
    ["no record", { records: 0, durationMs: 10 }],
    ["no time", { records: 10, durationMs: 0 }],
  ])("of records a second is not made from %s", (_what, facts) => {
    const metrics = measurementsOf("message.finished", { ...facts, state: "Processed" }).map(({ metric }) => metric);

    expect(metrics).toEqual(["processed"]);
  });

  test.each(["ProcessedWithErrors", "PreProcessingError", "PostProcessingError"])("counts %s as failed", (state) => {
    expect(measurementsOf("message.finished", { state })).toMatchObject([{ metric: "failed", value: 1 }]);
  });
});

test.each([
  ["import", ["parked", "failed"]],
  ["export", ["parked"]],
])("a parked %s is counted as failed by one of its events", (direction, metrics) => {
  expect(measurementsOf("message.parked", { direction }).map(({ metric }) => metric)).toEqual(metrics);
});

test("a span's attributes are not those that make it a call to somebody else", () => {
  expect(Object.values(spanAttributeNames).filter((name) => /^(http|url|db|rpc|server)\./.test(name))).toEqual([]);
});
