import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { seed } from "../../support/definitions.ts";
import { memoryPorts } from "../../support/memoryPorts.ts";
import { odataApp } from "./odataApp.ts";

const groups = "/data/DataManagementDefinitionGroups";
const pieces = ["Name", "eq", "ne", "and", "or", "not", "in", "(", ")", ",", "'", "''", "'x'", "*", "null", "1", "-1"];
const more = [
  "contains",
  "tolower",
  "true",
  "2026-01-01",
  "T12:00:00Z",
  "X'y'",
  "%",
  "\u0000",
  "\ud800",
  "é",
  "/",
  "$count",
];
const written = fc
  .array(fc.oneof(fc.constantFrom(...pieces, ...more), fc.string({ maxLength: 5, unit: "binary" })), { maxLength: 40 })
  .map((parts) => parts.join(" "));

let call: ReturnType<typeof odataApp>;

beforeAll(async () => {
  const ports = memoryPorts();
  await seed(ports);
  call = odataApp(ports);
});

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

describe("whatever somebody asks for as OData", () => {
  test("is answered, or refused with a reason, and never a failure of the service", async () => {
    const options = fc.constantFrom(
      "$filter",
      "$orderby",
      "$select",
      "$top",
      "$skip",
      "$skiptoken",
      "$count",
      "$format",
    );
    const asked = fc.oneof(
      fc.tuple(options, written).map(([option, text]) => `${groups}?${option}=${encoded(text)}`),
      written.map((text) => `${groups}(${encoded(text)})`),
      written.map((text) => `/data/${encoded(text)}`),
    );

    await fc.assert(
      fc.asyncProperty(asked, async (address) => {
        const { status, json } = await call(address);
        const isFine = status === 200 || typeof json?.error.message === "string";
        expect([address, [200, 400, 404].includes(status), isFine]).toEqual([address, true, true]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("costs little, however it is nested and however long", async () => {
    const long = ["(", "not ", "tolower(", "Name eq 'x' and ", "'", "a.", "1", " ", "Name,", "''"].flatMap((piece) => {
      const text = piece.repeat(Math.floor(7_000 / encoded(piece).length));
      return [
        `${groups}?$filter=${encoded(text)}`,
        `${groups}?$orderby=${encoded(text)}`,
        `${groups}(${encoded(text)})`,
      ];
    });
    const started = process.threadCpuUsage();
    for (const address of long) expect([200, 400, 404]).toContain((await call(address)).status);

    expect(process.threadCpuUsage(started).user / 1000).toBeLessThan(1_500);
  });
});
