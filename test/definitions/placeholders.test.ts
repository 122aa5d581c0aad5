import { describe, expect, test } from "vitest";
import { escapePlaceholders, fillPlaceholders, keepPlaceholders } from "../../definitions/folder/placeholders.ts";

const values = new Map<string, unknown>([
  ["env", "test"],
  ["days", 30],
  ["isOn", false],
  ["apps", [{ applicationId: "a" }]],
  ["chain", "${env}"],
]);

function fill(json: unknown) {
  const told: string[] = [];
  const filled = fillPlaceholders(json, values, (message, member) => told.push(`${member}: ${message}`));
  return { filled, told };
}

describe("a placeholder", () => {
  test.each([
    ["is its value within a text", "in-${env}-${days}d", "in-test-30d"],
    ["keeps the kind of its value where it stands alone", { a: ["${days}", "${isOn}"] }, { a: [30, false] }],
    ["stands for a list where it stands alone", { list: "${apps}" }, { list: [{ applicationId: "a" }] }],
    ["is itself behind a second dollar", "$${env} and ${env}", "${env} and test"],
    ["is not looked for in a value", "${chain}", "${env}"],
    ["has a name; other dollars are dollars", "^a${2,3}$ $1 ${} ${9} $", "^a${2,3}$ $1 ${} ${9} $"],
    ["is no name of a member", { "${env}": 1 }, { "${env}": 1 }],
  ])("%s", (_what, json, filled) => {
    expect(fill(json)).toEqual({ filled, told: [] });
  });

  test("without a value is told with its member, each of them", () => {
    const { told } = fill({ name: "${nam}", lines: [{ entity: "x ${entity}" }], url: "${constructor}" });

    expect(told.map((line) => line.split(":", 2).join(":"))).toEqual([
      "name: There is no value for ${nam}",
      "lines[0].entity: There is no value for ${entity}",
      "url: There is no value for ${constructor}",
    ]);
  });

  test("of a list within a text is told", () => {
    expect(fill({ name: "all ${apps}" }).told).toEqual([
      "name: ${apps} is no text, number or boolean, and is within a text.",
    ]);
  });

  test("that makes a file much larger than it is ends it", () => {
    const large = new Map<string, unknown>([["big", "x".repeat(1_000_000)]]);
    const told: string[] = [];

    fillPlaceholders({ texts: Array.from({ length: 1000 }, () => "a ${big}") }, large, (message) => told.push(message));

    expect(told).toEqual(["Its values make it too large."]);
  });
});

test("what an export writes means the same when it is read", () => {
  const stored = { name: "${env}", pattern: "^$${days}${2}$", list: ["$", "$$", "${apps}"] };

  expect(fill(escapePlaceholders(stored))).toEqual({ filled: stored, told: [] });
});

describe("an export over a file with placeholders", () => {
  const written = { name: "Orders", days: "${days}", apps: "${apps}", lines: [{ to: "${env}-x" }], note: "$${env}" };

  function keep(change: object) {
    const told: string[] = [];
    const { filled } = fill(written);
    const kept = keepPlaceholders({ ...Object(filled), ...change }, { written, filled }, (member) => told.push(member));
    return { kept, told };
  }

  test("keeps those that stand for what the service says", () => {
    expect(keep({ name: "New ${name}" })).toEqual({ kept: { ...written, name: "New $${name}" }, told: [] });
  });

  test("writes the value over those that do not, and tells each", () => {
    expect(keep({ days: 31, lines: [] })).toEqual({
      kept: { ...written, days: 31, lines: [] },
      told: ["days", "lines"],
    });
  });

  test("tells those that went with their member", () => {
    expect(keep({ lines: "none" }).told).toEqual(["lines"]);
  });
});
