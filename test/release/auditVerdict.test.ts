import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type AuditReport, judgeAudit, readAuditReport } from "../../local/release/auditVerdict.ts";

// In the shape of npm audit --json: a deployed package with two holes and one that depends on it, and one of the tests.
const report: AuditReport = {
  auditReportVersion: 2,
  vulnerabilities: {
    unzipper: {
      via: [
        {
          name: "unzipper",
          title: "Files outside the target",
          url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
          severity: "high",
          range: "<2.0.1",
        },
        {
          name: "unzipper",
          title: "Slow names",
          url: "https://github.com/advisories/GHSA-dddd-eeee-ffff",
          severity: "moderate",
          range: "<2.0.0",
        },
      ],
      nodes: ["node_modules/outer/node_modules/unzipper"],
    },
    outer: { via: ["unzipper"], nodes: ["node_modules/outer"] },
    tester: {
      via: [
        {
          name: "tester",
          title: "Runs anything",
          url: "https://github.com/advisories/GHSA-gggg-hhhh-iiii",
          severity: "critical",
          range: "*",
        },
      ],
      nodes: ["node_modules/tester"],
    },
  },
};
const deployed = new Set(["node_modules/outer", "node_modules/outer/node_modules/unzipper"]);
const today = "2026-11-26";
const hole = "unzipper <2.0.1 (high): Files outside the target, https://github.com/advisories/GHSA-aaaa-bbbb-cccc.";
const exception = { advisory: "GHSA-aaaa-bbbb-cccc", reason: "Nothing is unpacked to disk.", until: "2026-11-26" };

describe("a hole in a package", () => {
  test("fails when it is high and the package is deployed, once, with what to do", () => {
    expect(judgeAudit(report, deployed, [], today).problems).toEqual([
      `${hole} Take a version without it (npm audit fix).`,
    ]);
  });

  test("fails in nothing where no such package is deployed, however grave it is", () => {
    const { problems, notes } = judgeAudit(report, new Set(["node_modules/outer"]), [], today);

    expect(problems).toEqual([]);
    expect(notes).toEqual(["3 further holes are below high, or in packages that are not deployed."]);
  });

  test("is let through by an exception to its last day, which is told with its reason", () => {
    const { problems, notes } = judgeAudit(report, deployed, [exception], today);

    expect(problems).toEqual([]);
    expect(notes[0]).toBe(`${hole} Let through until 2026-11-26: Nothing is unpacked to disk.`);
  });

  test("fails again when the exception has ended", () => {
    expect(judgeAudit(report, deployed, [exception], "2026-11-27").problems).toEqual([
      `${hole} The exception ended on 2026-11-26.`,
    ]);
  });
});

describe("an exception", () => {
  test("has a reason and an end", () => {
    const { problems } = judgeAudit(report, new Set(), [{ ...exception, reason: " ", until: "never" }], today);

    expect(problems).toEqual([
      "The exception for GHSA-aaaa-bbbb-cccc has no reason.",
      "The exception for GHSA-aaaa-bbbb-cccc has no end: until is a day such as 2026-12-31.",
    ]);
  });

  test("of a hole that is no more is to be removed", () => {
    const { problems, notes } = judgeAudit(report, deployed, [exception, { ...exception, advisory: "GHSA-x" }], today);

    expect(problems).toEqual([]);
    expect(notes).toContain("GHSA-x is no more: remove it.");
  });

  test("that is committed has its form", () => {
    const file = path.join(import.meta.dirname, "../../.ci/auditExceptions.json");
    const committed = JSON.parse(readFileSync(file, "utf8"));

    expect(judgeAudit({ ...report, vulnerabilities: {} }, deployed, committed, today).problems).toEqual([]);
  });
});

describe("what npm writes", () => {
  test("is a report of version 2", () => {
    expect(readAuditReport(JSON.stringify({ ...report, metadata: {} }))).toEqual(report);
  });

  test.each([
    ["the error of a registry that takes no questions", `{"message":"405 Method Not Allowed","statusCode":405}`],
    ["nothing", ""],
    ["a page", "<html>"],
  ])("is none when it is %s", (_, text) => {
    expect(readAuditReport(text)).toBeUndefined();
  });
});
