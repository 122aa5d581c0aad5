import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EntityField, fieldTypes } from "../../shared/domain/dataEntity.ts";
import { type FieldConversion, plainEntityMap } from "../../shared/domain/dataPackage.ts";
import { convertedMembers, fieldConversions, hasNamelessPair } from "../../shared/domain/packageConversions.ts";
import { readManifest } from "../../shared/formats/manifest.ts";
import { writeManifest } from "../../shared/formats/manifestWriter.ts";
import { noPace } from "../support/pace.ts";
import { manifestOf } from "../usecases/world.ts";

/** A conversion as the original writes one, with all its members. */
function conversion(isDefault: boolean, values: Record<string, string>): FieldConversion {
  const sayNothing = ["Source", "Staging"].flatMap((side) => [
    [`${side}DateValue`, "0001-01-01T00:00:00"],
    [`${side}GuidValue`, "00000000-0000-0000-0000-000000000000"],
    [`${side}IntValue`, "0"],
    [`${side}RealValue`, "0"],
    [`${side}StrValue`, ""],
    [`${side}TimeValue`, "0"],
    [`${side}UtcDateTime`, "0001-01-01T00:00:00"],
  ]);
  return {
    fieldType: "",
    isDefault,
    values: new Map(Object.entries({ ...Object.fromEntries(sayNothing), ...values })),
  };
}

describe("a manifest's conversions", () => {
  test.each([
    ["string", { SourceStrValue: "A", StagingStrValue: "b" }, { source: "A", value: "b" }],
    ["string", { SourceStrValue: "A" }, { source: "A", value: "" }],
    ["integer", { SourceIntValue: "3", StagingIntValue: "4" }, { source: "3", value: "4" }],
    ["integer", { SourceStrValue: "three", StagingIntValue: "3" }, { source: "three", value: "3" }],
    ["integer", { StagingIntValue: "4" }, { source: "0", value: "4" }],
    ["integer", { SourceIntValue: "3" }, { source: "3", value: "0" }],
    ["enum", { SourceStrValue: "P", StagingStrValue: "Person" }, { source: "P", value: "Person" }],
    ["enum", { SourceStrValue: "P", StagingIntValue: "2" }, { source: "P", value: "2" }],
    ["real", { SourceRealValue: "1.5", StagingRealValue: "2.5" }, { source: "1.5", value: "2.5" }],
    [
      "date",
      { SourceDateValue: "2026-01-31T00:00:00", StagingDateValue: "2026-02-01T00:00:00" },
      { source: "2026-01-31", value: "2026-02-01T00:00:00" },
    ],
    ["time", { SourceTimeValue: "30600", StagingTimeValue: "3600" }, { source: "08:30:00", value: "01:00:00" }],
  ] as const)("of a %s say in %j the pair %j", (type, values, pair) => {
    expect(convertedMembers(type, [conversion(false, values)])).toEqual({ conversions: [pair] });
  });

  test("that say nothing are no pairs", () => {
    expect(convertedMembers("integer", [conversion(false, {})])).toEqual({});
    expect(hasNamelessPair("integer", [conversion(false, {})])).toBe(false);
  });

  test("that do not say which text is converted are seen", () => {
    expect(hasNamelessPair("string", [conversion(false, { StagingStrValue: "b" })])).toBe(true);
    expect(convertedMembers("string", [conversion(false, { StagingStrValue: "b" })])).toEqual({});
  });

  test("have a default for blank cells, and beside pairs for what no pair names", () => {
    const marked = conversion(true, { StagingStrValue: "d" });
    const pair = conversion(false, { SourceStrValue: "A", StagingStrValue: "b" });

    expect(convertedMembers("string", [marked])).toEqual({ defaultValue: "d" });
    expect(convertedMembers("string", [marked, pair])).toEqual({
      defaultValue: "d",
      fallbackValue: "d",
      conversions: [{ source: "A", value: "b" }],
    });
  });

  test("are read from a manifest as they were written into it", async () => {
    const text = fc
      .string({ minLength: 1, maxLength: 6, unit: "grapheme" })
      // oxlint-disable-next-line no-control-regex -- XML cannot hold control characters
      .filter((drawn) => drawn.trim() !== "" && !/[\p{Cc}\uFFFE\uFFFF]/u.test(drawn));
    const value = fc.oneof(text, fc.constantFrom("0", "-7", "1.50", "2026-01-31", "0001-01-01", ""));
    const pairs = fc.array(fc.record({ source: text, value }), { maxLength: 4 });
    const field = fc.constantFrom(...fieldTypes).map((type): EntityField => {
      return { name: "F", type, isKey: false, isRequired: false };
    });
    await fc.assert(
      fc.asyncProperty(field, pairs, fc.option(text), async (of, conversions, defaultValue) => {
        const fallback = conversions.length > 0 && defaultValue !== null ? { fallbackValue: defaultValue } : {};
        const members = {
          ...(conversions.length > 0 && { conversions }),
          ...(defaultValue !== null && { defaultValue }),
          ...fallback,
        };
        const written = fieldConversions(of, { field: "F", column: "F", ignoreBlank: false, ...members });
        const entityMaps = [{ ...plainEntityMap("F", "F"), conversions: written }];
        const bytes = await writeManifest(manifestOf({ entityMaps }), noPace);
        async function* stream(): AsyncGenerator<Uint8Array> {
          yield bytes;
        }

        const [line] = (await readManifest(stream(), noPace)).lines;

        expect(convertedMembers(of.type, line!.entityMaps[0]!.conversions)).toEqual(members);
      }),
      { numRuns: 500 },
    );
  });
});
