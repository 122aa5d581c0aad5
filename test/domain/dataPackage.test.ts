import { describe, expect, test } from "vitest";
import {
  dataFileName,
  distinctDataFileNames,
  enabledLinesInOrder,
  findEntryName,
  headerFor,
  plainEntityMap,
} from "../../shared/domain/dataPackage.ts";
import type { PackageLine } from "../../shared/domain/dataPackage.ts";

const widgets: PackageLine = {
  entityName: "Widgets",
  targetEntity: null,
  sourceFormat: "CSV",
  inputFilePath: "Widgets.csv",
  sampleFilePath: "",
  excelSheetName: "",
  executionUnit: 1,
  levelInExecutionUnit: 1,
  sequenceInLevel: 1,
  failExecutionUnitOnError: false,
  failLevelOnError: false,
  runBusinessLogic: true,
  runBusinessValidation: true,
  isDisabled: null,
  defaultRefreshType: null,
  skipStaging: null,
  validationStatus: "",
  entityMaps: [plainEntityMap("WIDGETID", "WIDGETID")],
  transforms: [],
};

describe("a data file of a package", () => {
  test.each([
    ["Customer groups", "Customer groups.csv"],
    ["Country/regions", "Countryregions.csv"],
    ['a<b>c:d"e\\f|g?h*i', "abcdefghi.csv"],
    ["tab\tand\u0000zero", "tabandzero.csv"],
    ["../../etc/passwd", "etcpasswd.csv"],
    [" . spaced . ", "spaced.csv"],
    ["Bücher 日本", "Bücher 日本.csv"],
    ["con", "con data.csv"],
    ["LPT1.x", "LPT1.x data.csv"],
    ["Console", "Console.csv"],
    ["???", "Entity.csv"],
    ["half \uD800", "half \uFFFD.csv"],
    ["x".repeat(300), `${"x".repeat(100)}.csv`],
  ])("for the entity %j is named %j", (label, expected) => {
    expect(dataFileName(label, "csv")).toBe(expected);
  });

  test("never takes the name of the package's own files", () => {
    expect(dataFileName("Manifest", "xml")).toBe("Manifest data.xml");
    expect(dataFileName("packageHEADER", "xml")).toBe("packageHEADER data.xml");
  });

  test("has a name that no other has, in any case", () => {
    const entities = ["A/B", "AB", "ab", "AB 2", "AB"].map((label) => ({ label, extension: "csv" }));

    expect(distinctDataFileNames(entities)).toEqual(["AB.csv", "AB 2.csv", "ab 3.csv", "AB 2 2.csv", "AB 4.csv"]);
  });

  test("is found in the package in any case", () => {
    expect(findEntryName(["Manifest.xml", "WIDGETS.CSV"], "Widgets.csv")).toBe("WIDGETS.CSV");
    expect(findEntryName(["Manifest.xml"], "Widgets.csv")).toBeUndefined();
  });
});

test("lines take part unless disabled, by unit, level, sequence, and then as they stand", () => {
  const line = (entityName: string, place: readonly [number, number, number], isDisabled: boolean | null = null) => {
    const [executionUnit, levelInExecutionUnit, sequenceInLevel] = place;
    return { ...widgets, entityName, executionUnit, levelInExecutionUnit, sequenceInLevel, isDisabled };
  };
  const manifest = {
    definitionGroupName: "P",
    description: "",
    lines: [
      line("F", [2, 1, 1]),
      line("D", [1, 10, 1]),
      line("never", [1, 1, 1], true),
      line("C", [1, 2, 2], false),
      line("A", [1, 2, 1]),
      line("B", [1, 2, 1]),
      line("E", [1, 10, 3]),
    ],
  };

  expect(enabledLinesInOrder(manifest).map((each) => each.entityName)).toEqual(["A", "B", "C", "D", "E", "F"]);
});

test("a new package's header names its project and the current version", () => {
  expect(headerFor("Nightly")).toMatchObject({
    description: "Nightly",
    packageType: "DefinitionGroup",
    packageVersion: 2,
  });
});
