import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "../../shared/config.ts";
import { cultureNames } from "../../shared/domain/cultures.ts";
import { insightsSettings, numberSettings, scheduleSettings, textSettings } from "../../shared/settings.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/configuration.md"), "utf8");

const complete = {
  DataStorage: "UseDevelopmentStorage=true",
  TenantId: "00000000-0000-4000-8000-00000000d0e1",
  ApiClientId: "00000000-0000-4000-8000-0000000000a1",
  ProcessingSchedule: "0 * * * * *",
  MonitoringSchedule: "0 * * * * *",
  UpkeepSchedule: "0 */5 * * * *",
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("the configuration page", () => {
  test.each(Object.values(numberSettings))("tells $name with its default and its bounds", (setting) => {
    const { name, byDefault, min, max, effect } = setting;

    expect(page).toContain(`| \`${name}\` | ${byDefault} | ${min} | ${max} | ${effect} |`);
  });

  test.each([textSettings, scheduleSettings, insightsSettings].flatMap((settings) => Object.values(settings)))(
    "tells $name",
    ({ name, effect }) => {
      expect(page).toContain(`| \`${name}\` | ${effect} |`);
    },
  );
});

test("the configuration page tells every language of a format", () => {
  const text = page.replaceAll("\n", " ");

  expect(text).toContain(`${cultureNames.join(", ")}.`);
});

describe("the configuration", () => {
  test("is complete with storage, tenant and client id, and has safe defaults", () => {
    const config = readConfig(complete);

    expect(config.settings).toMatchObject({ leaseMs: 240_000, retentionMs: 604_800_000, bodyBytesMax: 52_428_800 });
    expect(config.places).toEqual({ inProgressMax: 200, perApplicationMax: 100, reservedForManagement: 20 });
  });

  test("names everything that is missing or wrong in one error", () => {
    const problems = problemsOf({
      TenantId: "contoso",
      PublicBaseUrl: "integrations",
      LeaseSeconds: "9.5",
      MissedRuns: "0",
    });

    expect(problems.join("\n")).toMatch(/DataStorage/);
    for (const name of ["TenantId", "ApiClientId", "PublicBaseUrl", "LeaseSeconds", "MissedRuns", "UpkeepSchedule"]) {
      expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1);
    }
  });

  test.each([
    ["true", true],
    ["True", true],
    ["False", false],
    ["", false],
  ])("drains by DrainMode=%s: %s", (DrainMode, isDraining) => {
    expect(readConfig({ ...complete, DrainMode }).settings.isDraining).toBe(isDraining);
  });

  test("is refused with a DrainMode that is neither", () => {
    expect(problemsOf({ ...complete, DrainMode: "yes" })).toEqual(["DrainMode must be true or false."]);
  });

  test.each([
    ["one application could take every place", { MaxRequestsInProgress: "120" }],
    ["management would have all of them", { ReservedForManagement: "200" }],
  ])("is refused when %s", (_, changes) => {
    expect(problemsOf({ ...complete, ...changes })).toEqual([expect.stringContaining("MaxRequestsPerApplication")]);
    expect(problemsOf({ ...complete, ...changes, MaxRequestsPerApplication: "2", ReservedForManagement: "1" })).toEqual(
      [],
    );
  });

  test("takes service addresses and an identity in the place of a connection string", () => {
    const { DataStorage: _, ...rest } = complete;
    const uris = {
      blob: "https://a.blob.core.windows.net",
      queue: "https://a.queue.core.windows.net",
      table: "https://a.table.core.windows.net",
    };
    const environment = Object.fromEntries(
      Object.entries(uris).map(([kind, uri]) => [`DataStorage__${kind}ServiceUri`, uri]),
    );

    const config = readConfig({ ...rest, ...environment, DataStorage__clientId: "id" });

    expect(config.storage).toMatchObject({ kind: "identity", blobServiceUri: uris.blob, clientId: "id" });
  });

  test.each(["WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_SKU", "CONTAINER_APP_NAME"])(
    "refuses a development issuer where %s says Azure",
    (sign) => {
      const problems = problemsOf({ ...complete, DevelopmentIssuerUrl: "http://localhost:7072", [sign]: "x" });

      expect(problems).toEqual([expect.stringContaining("never trusted in Azure")]);
    },
  );

  test("takes a development issuer on a machine of one's own", () => {
    expect(readConfig({ ...complete, DevelopmentIssuerUrl: "http://localhost:7072/" }).developmentIssuerUrl).toBe(
      "http://localhost:7072",
    );
  });
});
