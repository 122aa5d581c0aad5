import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Events } from "../../shared/ports/events.ts";
import { figuresOfEvents, measurementsOf, metricKinds } from "../../shared/system/metrics.ts";
import { attributeNames, metricNames, spanAttributeNames } from "../../shared/telemetryNames.ts";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

describe("every metric", () => {
  test("is made from some event", () => {
    const made = new Set(Object.values(figuresOfEvents).flatMap((figures) => figures.map(([metric]) => metric)));

    expect([...made].toSorted()).toEqual(Object.keys(metricNames).toSorted());
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

const ofMessage = { activityId: "a", messageId: "m", direction: "import" } as const;
const finished: Events["message.finished"] = {
  ...ofMessage,
  executionId: "e",
  attempts: 1,
  durationMs: 0,
  state: "Processed",
  records: 0,
  failedRecords: 0,
  sizeBytes: 5,
};

describe("a figure", () => {
  test("is said of a job, a direction or a tick, and never of one message", () => {
    expect(measurementsOf("message.enqueued", { ...ofMessage, sizeBytes: 5 })).toEqual([
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
    const metrics = measurementsOf("message.finished", { ...finished, ...facts }).map(({ metric }) => metric);

    expect(metrics).toEqual(["processed"]);
  });

  test.each(["ProcessedWithErrors", "PreProcessingError", "PostProcessingError"] as const)(
    "counts %s as failed",
    (state) => {
      expect(measurementsOf("message.finished", { ...finished, state })).toMatchObject([
        { metric: "failed", value: 1 },
      ]);
    },
  );
});

test.each([
  ["import", ["failed"]],
  ["export", []],
] as const)("a parked %s is counted as failed by one of its events", (direction, metrics) => {
  expect(
    measurementsOf("message.parked", { ...ofMessage, direction, attempts: 3 }).map(({ metric }) => metric),
  ).toEqual(metrics);
});

test("a span's attributes are not those that make it a call to somebody else", () => {
  expect(Object.values(spanAttributeNames).filter((name) => /^(http|url|db|rpc|server)\./.test(name))).toEqual([]);
});
