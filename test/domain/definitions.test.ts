import { describe, expect, test } from "vitest";
import { type EntityLine, enabledLines, findLine, projectProblems } from "../../shared/domain/dataProject.ts";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import {
  type EntityExecution,
  importOutcome,
  newEntityExecution,
  warningsMax,
  withWarnings,
} from "../../shared/domain/execution.ts";
import { exportManifest } from "../../shared/domain/exportManifest.ts";
import { mapOfEveryField } from "../../shared/domain/fieldMap.ts";
import { nameList } from "../../shared/domain/nameList.ts";
import { packageFieldMap, packageMapProblems } from "../../shared/domain/packageFieldMap.ts";
import { isReasonColumn } from "../../shared/domain/reasonColumns.ts";
import { type RecurringJob, isListed, jobProblems, jobProjectProblems } from "../../shared/domain/recurringJob.ts";
import { builtInFormats, formatProblems } from "../../shared/domain/sourceFormat.ts";
import { delimitedFormats } from "../../shared/domain/sourceFormats/delimited.ts";
import { isUnicodeRequired } from "../../shared/domain/sourceFormats/textFile.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import {
  customerGroups,
  exportJob,
  exportProject,
  importJob,
  importProject,
  line,
  listedApplication,
} from "../support/definitions.ts";

const pathsOf = (problems: readonly { readonly path: string }[]) => problems.map(({ path }) => path);

describe("the lines of a project", () => {
  const at = (entity: string, executionUnit: number, level: number, sequence: number): EntityLine => ({
    ...line,
    entity,
    executionUnit,
    level,
    sequence,
  });

  test("run by unit, level and sequence, then as they stand, and only where enabled", () => {
    const lines = [at("f", 2, 1, 1), at("d", 1, 2, 1), at("c", 1, 1, 10), at("a", 1, 1, 2), at("b", 1, 1, 2)];
    const off = { ...at("off", 1, 1, 1), isEnabled: false };

    expect(enabledLines({ ...importProject, lines: [...lines, off] }).map(({ entity }) => entity)).toEqual([
      "a",
      "b",
      "c",
      "d",
      "f",
    ]);
  });

  test("are found by label or AOT name where they are enabled", () => {
    expect(findLine(importProject, [customerGroups], " CUSTCUSTOMERGROUPENTITY ")).toBe(line);
    expect(findLine(importProject, [], "customer GROUPS")).toBe(line);
    expect(findLine(importProject, [], "CustCustomerGroupEntity")).toBeUndefined();
    const off = { ...importProject, lines: [{ ...line, isEnabled: false }] };
    expect(findLine(off, [customerGroups], "Customer groups")).toBeUndefined();
  });

  const cases: readonly (readonly [string, Parameters<typeof projectProblems>[0], readonly string[]])[] = [
    [
      "is one of its entity",
      { ...importProject, lines: [line, { ...line, entity: "CUSTOMER groups" }] },
      ["lines[1].entity"],
    ],
    [
      "truncates on import alone",
      { ...exportProject, lines: [{ ...line, truncateFirst: true }] },
      ["lines[0].truncateFirst"],
    ],
    [
      "is incremental on export alone",
      { ...importProject, lines: [{ ...line, refreshType: "incremental" }] },
      ["lines[0].refreshType"],
    ],
    ["may do both where it belongs", { ...importProject, lines: [{ ...line, truncateFirst: true }] }, []],
  ];
  for (const [what, project, paths] of cases) {
    test(`each ${what}`, () => {
      expect(pathsOf(projectProblems(project))).toEqual(paths);
    });
  }
});

describe("a recurring data job", () => {
  const unscheduled = (job: RecurringJob): RecurringJob => {
    const { processingRecurrence: _, ...rest } = job;
    return rest;
  };
  const cases: readonly (readonly [string, RecurringJob, readonly string[]])[] = [
    ["that is whole has no problems", importJob, []],
    ["that exports has no problems either", exportJob, []],
    ["that exports takes no files", { ...exportJob, source: "file" }, ["source"]],
    ["that exports has no order", { ...exportJob, isOrdered: true }, ["isOrdered"]],
    [
      "that exports has no company of a message",
      { ...exportJob, useCompanyFromMessage: true },
      ["useCompanyFromMessage"],
    ],
    ["that exports has no duplicates", { ...exportJob, duplicateWindowMinutes: 1 }, ["duplicateWindowMinutes"]],
    [
      "that imports uploads nothing",
      { ...importJob, preventUploadAtZeroRecords: true },
      ["preventUploadAtZeroRecords"],
    ],
    ["without an order blocks behind nothing", { ...importJob, onHeadError: "block" }, ["onHeadError"]],
    ["without a recurrence is not enabled", unscheduled(importJob), ["processingRecurrence"]],
    ["without a recurrence may be saved", { ...unscheduled(importJob), isEnabled: false }, []],
    ["without an application is not enabled", { ...importJob, applications: [] }, ["applications"]],
    [
      "whose applications are all off is not enabled",
      { ...importJob, applications: [{ applicationId: listedApplication, isEnabled: false }] },
      ["applications"],
    ],
    [
      "lists an application once",
      { ...importJob, applications: [...importJob.applications, ...importJob.applications] },
      ["applications[1].applicationId"],
    ],
  ];
  for (const [what, job, paths] of cases) {
    test(`one ${what}`, () => {
      expect(pathsOf(jobProblems(job))).toEqual(paths);
    });
  }

  test("is open to the applications that are enabled on its list", () => {
    const off = { ...importJob, applications: [{ applicationId: listedApplication, isEnabled: false }] };

    expect(isListed(importJob, listedApplication)).toBe(true);
    expect(isListed(off, listedApplication)).toBe(false);
    expect(isListed(importJob, "other")).toBe(false);
  });

  test("runs a project of its direction with an enabled line, without sample errors, for a company where needed", () => {
    const { company: _, ...withoutCompany } = importJob;
    const badSample = { fileName: "s.csv", isValid: false, checkedAt: "2026-11-24T12:00:00Z" };

    expect(jobProjectProblems(importJob, importProject, true)).toEqual([]);
    expect(pathsOf(jobProjectProblems(importJob, exportProject, false))).toEqual(["direction"]);
    expect(pathsOf(jobProjectProblems(withoutCompany, importProject, true))).toEqual(["company"]);
    expect(pathsOf(jobProjectProblems(importJob, { ...importProject, lines: [] }, false))).toEqual(["project"]);
    const sampled = (isEnabled: boolean) => ({
      ...importProject,
      lines: [line, { ...line, isEnabled, sample: badSample }],
    });
    expect(pathsOf(jobProjectProblems(importJob, sampled(true), false))).toEqual(["project"]);
    expect(jobProjectProblems(importJob, sampled(false), false)).toEqual([]);
  });
});

describe("source data formats", () => {
  test("that are built in have no problems, and end files as their delimiter asks", () => {
    expect(builtInFormats.flatMap(formatProblems)).toEqual([]);
    expect(
      delimitedFormats.map((format) => [format.name, fileFormatOf(format).extension, isUnicodeRequired(format)]),
    ).toEqual([
      ["CSV", "csv", false],
      ["CSV-Unicode", "csv", true],
      ["TAB", "txt", false],
      ["Semicolon", "csv", false],
    ]);
  });

  const csv = delimitedFormats[0];
  test("have a qualifier of one character that is no delimiter, or none", () => {
    for (const textQualifier of ["", '""', ",", "\n", "\r", "\0"]) {
      expect(pathsOf(formatProblems({ ...csv, textQualifier }))).toEqual(["textQualifier"]);
    }
    expect(formatProblems({ ...csv, textQualifier: null })).toEqual([]);
    expect(formatProblems({ ...csv, textQualifier: "'" })).toEqual([]);
    expect(formatProblems({ ...csv, textQualifier: "😀" })).toEqual([]);
  });

  test("have a column delimiter of one character, by its name or as it is", () => {
    for (const columnDelimiter of ["", ",,", "tabulator", "\n", "\r", "\0", "\uFEFF", "\uD800"]) {
      expect(pathsOf(formatProblems({ ...csv, columnDelimiter }))).toEqual(["columnDelimiter"]);
    }
    for (const columnDelimiter of ["tab", "\t", "~", "§", "😀", "\u0001", "x"]) {
      expect(formatProblems({ ...csv, columnDelimiter })).toEqual([]);
    }
    expect(pathsOf(formatProblems({ ...csv, columnDelimiter: "x", textQualifier: null }))).toEqual(["textQualifier"]);
  });

  test("have signs that their code page has", () => {
    const problems = (signs: object) => fileFormatOf({ ...csv, codePage: 1252, ...signs }).problems();

    expect(problems({ columnDelimiter: "§", textQualifier: "»" })).toEqual([]);
    expect(pathsOf(problems({ columnDelimiter: "→", textQualifier: "😀" }))).toEqual([
      "columnDelimiter",
      "textQualifier",
    ]);
  });
});

describe("the end of an import", () => {
  const entity = (changes: Partial<EntityExecution>): EntityExecution => ({
    ...newEntityExecution({ entity: "A", format: "CSV", fileName: "a.csv", company: undefined }),
    status: "finished",
    ...changes,
  });

  test("is an error when a line could not end, errors when records failed or were not tried, else well", () => {
    expect(importOutcome([entity({ created: 1 })])).toBe("Processed");
    expect(importOutcome([entity({}), entity({ failed: 1 })])).toBe("ProcessedWithErrors");
    expect(importOutcome([entity({ failed: 1 }), entity({ status: "notRun" })])).toBe("ProcessedWithErrors");
    expect(importOutcome([entity({ failed: 1 }), entity({ status: "error" })])).toBe("PostProcessingError");
  });

  test("has each warning once, and a bounded number of them", () => {
    const execution = {
      id: "x",
      messageId: "m",
      activityId: "a",
      direction: "import" as const,
      project: "p",
      projectVersion: 1,
      jobVersion: 1,
      attempt: 1,
      startedAt: 0,
      entities: [],
      warnings: ["one"],
    };
    expect(withWarnings(execution, ["one", "two", "two"]).warnings).toEqual(["one", "two"]);
    const many = withWarnings(
      execution,
      Array.from({ length: 500 }, (_, index) => `w${index}`),
    ).warnings;
    expect(many).toHaveLength(warningsMax);
    expect(many.at(-1)).toBe("There were more warnings.");
  });
});

describe("the map of a package", () => {
  test("is none when it is empty", () => {
    expect(packageFieldMap(customerGroups, [])).toBeUndefined();
  });

  test("has columns, default values and blanks to ignore", () => {
    const conversion = {
      fieldType: "String",
      isDefault: true,
      values: new Map([
        ["SourceStrValue", "not this"],
        ["StagingStrValue", "this"],
      ]),
    };
    const map = [
      plainEntityMap("ID", "Code"),
      { ...plainEntityMap("NOTE", " "), conversions: [conversion] },
      { ...plainEntityMap("TEXT", "Text"), isDefaultValueEqualNull: true },
    ];

    expect(packageFieldMap(customerGroups, map)).toEqual([
      { field: "ID", column: "Code", ignoreBlank: false },
      { field: "NOTE", defaultValue: "this", ignoreBlank: false },
      { field: "TEXT", column: "Text", ignoreBlank: true },
    ]);
    expect(packageMapProblems(customerGroups, map)).toEqual([]);
  });

  test("has no problem with a conversion of nothing into nothing", () => {
    const conversion = { fieldType: "String", isDefault: false, values: new Map([["SourceStrValue", ""]]) };

    expect(
      packageMapProblems(customerGroups, [{ ...plainEntityMap("ID", "Code"), conversions: [conversion] }]),
    ).toEqual([]);
  });
});

test("the manifest of an export names file, format, order and the column of every field", () => {
  const exported = { ...line, format: "CSV-Unicode", executionUnit: 2, refreshType: "incremental" as const };
  const manifest = exportManifest(exportProject, [
    {
      line: exported,
      entity: customerGroups,
      fieldMap: mapOfEveryField(customerGroups),
      fileName: "Customer groups.csv",
      hasColumnNames: true,
      excelSheetName: "",
    },
  ]);

  expect(manifest.definitionGroupName).toBe(exportProject.name);
  expect(manifest.lines[0]).toMatchObject({
    entityName: "Customer groups",
    targetEntity: "CustCustomerGroupEntity",
    sourceFormat: "CSV-Unicode",
    inputFilePath: "Customer groups.csv",
    executionUnit: 2,
    defaultRefreshType: "IncrementalPush",
  });
  expect(manifest.lines[0]!.entityMaps.map(({ sourceField }) => sourceField)).toEqual([
    "CUSTOMERGROUPID",
    "DESCRIPTION",
    "ISSALESTAXINCLUDED",
    "CREDITLIMIT",
  ]);
});

test("the columns of reasons are known in any case, and are no others", () => {
  expect(["_LINE", " _reason ", "_Field", "_code"].every(isReasonColumn)).toBe(true);
  expect(["LINE", "_LINES", ""].some(isReasonColumn)).toBe(false);
});

test("a list of names is short, however many or long they are", () => {
  expect(nameList(["a", "b"])).toBe("a, b");
  expect(nameList(["a", "b", "c"], 2)).toBe("a, b, and 1 more");
  expect(nameList(["x".repeat(1000)])).toHaveLength(61);
});
