import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config.ts";
import {
  hostMegabytesMore,
  insightsSettings,
  numberSettings,
  scheduleSettings,
  textSettings,
} from "../../shared/settings.ts";
import { containerNames, queueNames, tableNames } from "../../shared/storage/ground/names.ts";
import { attributeNames, metricNames } from "../../shared/telemetryNames.ts";

// Names exist once, in code. infra/names.json repeats them for Bicep, and these tests hold the two together.

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

interface Names {
  readonly tables: readonly string[];
  readonly containers: readonly string[];
  readonly payloadContainers: readonly string[];
  readonly queues: readonly string[];
  readonly metrics: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

const names: Names = JSON.parse(read("infra/names.json"));
const main = read("infra/main.bicep");
const functionApp = read("infra/functionApp.bicep");
const localSettings: { readonly Values: Readonly<Record<string, string>> } = JSON.parse(
  read("local.settings.sample.json"),
);

const settingNames = (settings: Readonly<Record<string, { readonly name: string }>>): string[] =>
  Object.values(settings).map(({ name }) => name);
const numbers = settingNames(numberSettings);
const schedules = settingNames(scheduleSettings);
const texts = settingNames(textSettings);

/** The text between a brace that ends `start` and its partner. */
function blockAfter(text: string, start: string): string {
  const from = text.indexOf(start);
  if (from < 0) throw new Error(`There is no ${start}.`);
  let depth = 0;
  for (let at = from + start.length - 1; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return text.slice(from + start.length, at);
  }
  throw new Error(`The block after ${start} has no end.`);
}

/** Members of an object in Bicep, one on a line. */
function membersOf(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/^\s*(\w+): (.+)$/gm)].map(([, key, value]) => [key!, value!]));
}

const tuning = membersOf(blockAfter(main, "var tuning = {"));
const fixed = membersOf(blockAfter(functionApp, "properties: union(tuning, {"));

const connection = (name: string): string[] =>
  ["credential", "clientId", "blobServiceUri", "queueServiceUri", "tableServiceUri"].map(
    (member) => `${name}__${member}`,
  );

describe("infra", () => {
  test("declares the tables, containers and queues of the code", () => {
    expect(names.tables.toSorted()).toEqual(Object.values(tableNames).toSorted());
    expect(names.containers.toSorted()).toEqual(Object.values(containerNames).toSorted());
    expect(names.queues.toSorted()).toEqual(Object.values(queueNames).toSorted());
    for (const kind of ["container", "queue", "table"]) expect(main).toContain(`${kind}Names: names.${kind}s\n`);
  });

  test("lets the lifecycle rule reach payloads, and never definitions or entities", () => {
    const lasting: readonly string[] = [containerNames.definitions, containerNames.entities];

    expect(names.payloadContainers).toEqual(names.containers.filter((name) => !lasting.includes(name)));
    expect(main).toContain("expiringContainerNames: names.payloadContainers\n");
    expect(main).toContain("expiryDays: max(payloadBackstopDays, retentionDays)\n");
  });

  test("gives the app every setting of the code that Azure needs, and no other", () => {
    const { dataStorage, developmentIssuerUrl, telemetryConsole, webhookLocalTargets } = textSettings;
    const local = [dataStorage, developmentIssuerUrl, telemetryConsole, webhookLocalTargets];
    const onOneMachine: readonly string[] = local.map(({ name }) => name);
    const wanted = [
      ...numbers,
      ...schedules,
      ...texts.filter((name) => !onOneMachine.includes(name)),
      ...connection(dataStorage.name),
      ...connection("AzureWebJobsStorage"),
      ...settingNames(insightsSettings),
      "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
      "AzureWebJobsDisableHomepage",
    ];

    expect([...Object.keys(tuning), ...Object.keys(fixed)].toSorted()).toEqual(wanted.toSorted());
  });

  for (const { name, byDefault, min, max } of Object.values(numberSettings)) {
    test(`has ${name} as a parameter with the default and the limits of the code`, () => {
      const parameter = tuning[name];
      const declared = new RegExp(
        `@minValue\\((\\d+)\\)\n@maxValue\\((\\d+)\\)\nparam ${parameter} int = (\\d+)\n`,
      ).exec(main);

      expect(declared?.slice(1).map(Number)).toEqual([min, max, byDefault]);
    });
  }

  test("lets the host pass more than the service takes, so that the service says what is too large", () => {
    expect(main).toContain(`var hostBodyMegabytes = ${tuning["MaxBodyMegabytes"]} + ${hostMegabytesMore}\n`);
    expect(main).toContain("hostBodyMegabytes: hostBodyMegabytes\n");
    expect(fixed["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"]).toBe("string(hostBodyMegabytes * 1024 * 1024)");
  });

  test("gives an instance as many requests as it can hold, as the table of sizes says", () => {
    const [, most, times] =
      /min\((\d+), max\(1, instanceMemoryMB \/ \((\d+) \* hostBodyMegabytes\)\)\)/.exec(main) ?? [];
    const requests = (megabytes: number, memory: number): number =>
      Math.min(Number(most), Math.floor(memory / (Number(times) * (megabytes + hostMegabytesMore))));
    const rows = [...read("docs/deploy.md").matchAll(/^\| \**(\d+)\**(?: \(default\))? \| (.+?) \| (.+?) \|$/gm)];

    expect(rows.length).toBeGreaterThan(5);
    for (const [row, megabytes, small, large] of rows) {
      const told = [small!, large!].map((cell) => Number(/\d+/.exec(cell)?.[0] ?? 0));
      expect({ row, told }).toEqual({ row, told: [2048, 4096].map((memory) => requests(Number(megabytes), memory)) });
    }
    expect(requests(numberSettings.maxBodyMegabytes.byDefault, 2048)).toBeGreaterThan(1);
    expect(read("infra/functionApp.bicep")).toContain("http: { perInstanceConcurrency: requestsPerInstance }");
  });

  test("asks for metrics and attributes by the names that the service reports", () => {
    expect(names.metrics).toEqual(metricNames);
    expect(names.attributes).toEqual(attributeNames);
  });

  test("charts every metric, and alerts on what nobody may overlook", () => {
    const used = (file: string): string[] =>
      [...new Set([...read(file).matchAll(/\$\{metrics\.(\w+)\}/g)].map(([, key]) => key!))].toSorted();

    expect(used("infra/workbook.bicep")).toEqual(Object.keys(metricNames).toSorted());
    expect(used("infra/alerts.bicep")).toEqual([
      "ackedWithoutDownload",
      "failed",
      "oldestWaitingSeconds",
      "parked",
      "tickDelayMs",
      "upkeepFailures",
      "webhookFailures",
    ]);
    expect(read("infra/alerts.bicep")).toContain("AppRequests");
  });

  test("describes every parameter as required or optional, as it is", () => {
    const wrong = globSync("infra/*.bicep", { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/((?:^@.*\n)*)^param (\w+) (.+)$/gm)]
        .filter(([, decorators, , rest]) => {
          const isOptional = / = |\?$/.test(rest!);
          return !decorators!.includes(`@description('${isOptional ? "Optional" : "Required"}. `);
        })
        .map(([, , name]) => `${file} ${name}`),
    );

    expect(wrong).toEqual([]);
  });
});

describe("local.settings.sample.json", () => {
  const ofTheHost = [
    "FUNCTIONS_WORKER_RUNTIME",
    "AzureWebJobsStorage",
    "AzureWebJobsDisableHomepage",
    "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
  ];

  test("has every setting that the code reads, and no other", () => {
    expect(Object.keys(localSettings.Values).toSorted()).toEqual(
      [...ofTheHost, ...numbers, ...schedules, ...texts].toSorted(),
    );
  });

  test("has values with which the service starts", () => {
    const { settings } = readConfig(localSettings.Values);

    expect(localSettings.Values["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"]).toBe(
      String(settings.bodyBytesMax + hostMegabytesMore * 1024 * 1024),
    );
  });
});

describe("the timers", () => {
  test("take their schedules from settings that the code names", () => {
    const used = [...read("functions/timers.ts").matchAll(/schedule: "%(\w+)%"/g)].map(([, name]) => name!);

    expect(used.toSorted()).toEqual(schedules.toSorted());
  });
});
