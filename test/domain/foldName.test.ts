import { describe, expect, test } from "vitest";
import { distinctDataFileNames, findEntryName } from "../../shared/domain/dataPackage.ts";
import { mapByName, mapOfEveryField } from "../../shared/domain/fieldMap.ts";
import { foldName } from "../../shared/domain/foldName.ts";
import { customerGroups } from "../support/definitions.ts";

const composed = "Caf\u00e9.csv";
const decomposed = "Cafe\u0301.CSV";

describe("names that differ in case alone", () => {
  test("fold to one, and others do not", () => {
    expect(foldName("\u00c6R\u00d8 Id")).toBe(foldName("\u00e6r\u00f8 iD"));
    expect(foldName("Stra\u00dfe")).not.toBe(foldName("Strasse"));
  });

  test("are one in any composition of their letters", () => {
    expect(foldName(composed)).toBe(foldName(decomposed));
    expect(findEntryName([composed], decomposed)).toBe(composed);
    expect(
      distinctDataFileNames([composed, decomposed].map((name) => ({ label: name.slice(0, -4), extension: "csv" }))),
    ).toEqual(["Caf\u00e9.csv", "Cafe\u0301 2.csv"]);
  });

  test("stay apart as the columns of an export, which come back in to the fields that they went out from", () => {
    const fields = ["Stra\u00dfe", "Strasse", "City"].map((name) => ({ ...customerGroups.fields[1]!, name }));
    const entity = { ...customerGroups, fields };
    const columns = mapOfEveryField(entity).map(({ column }) => column!);

    expect(columns).toEqual(["Stra\u00dfe", "STRASSE", "CITY"]);
    expect(mapByName(entity, columns).map(({ field }) => field)).toEqual(fields.map(({ name }) => name));
  });
});
