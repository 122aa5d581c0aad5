import { expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { placesOf, referencesOf } from "../../shared/domain/definitionReferences.ts";
import { customerGroups, exportJob, importProject, line } from "../support/definitions.ts";

const entity: DataEntity = {
  ...customerGroups,
  name: "Order lines",
  children: ["Notes", "Charges"],
  partOf: { entity: "Orders", relation: [{ field: "ORDER", parentField: "ORDER" }] },
  fields: [
    { name: "ORDER", type: "string", isKey: true, isRequired: true, numberSequence: "Numbers" },
    {
      name: "GROUP",
      type: "string",
      isKey: false,
      isRequired: false,
      rules: [
        { kind: "minimum", minimum: "A", message: "m" } as never,
        { kind: "lookup", entity: "Groups", message: "m" } as never,
      ],
    },
  ],
};

test("an entity names its children, its parent, those it looks values up in, and number sequences", () => {
  const told = referencesOf({ kind: "entity", value: entity }).map(({ to, role, path, field }) => {
    return [to.kind, to.name, role, path, field];
  });

  expect(told).toEqual([
    ["entity", "Notes", "child", "children[0]", undefined],
    ["entity", "Charges", "child", "children[1]", undefined],
    ["entity", "Orders", "parent", "partOf.entity", undefined],
    ["entity", "Groups", "lookup", "fields[1].rules[1].entity", "GROUP"],
    ["numberSequence", "Numbers", "numberSequence", "fields[0].numberSequence", "ORDER"],
  ]);
});

test("a project names an entity and a format with each line, and its stylesheets", () => {
  const value = { ...importProject, lines: [line, { ...line, entity: "Vendors", stylesheets: ["One", "Two"] }] };

  const told = referencesOf({ kind: "project", value }).map(({ to, path, line: label }) => [to.name, path, label]);

  expect(told).toEqual([
    ["Customer groups", "lines[0].entity", "Customer groups"],
    ["CSV", "lines[0].format", "Customer groups"],
    ["Vendors", "lines[1].entity", "Vendors"],
    ["CSV", "lines[1].format", "Vendors"],
    ["One", "lines[1].stylesheets[0]", "Vendors"],
    ["Two", "lines[1].stylesheets[1]", "Vendors"],
  ]);
});

test("a name is found in any case and composition, and only as what is meant", () => {
  const job = { kind: "job", value: { ...exportJob, project: "Ærø e\u0301" } } as const;

  expect(placesOf(job, { kind: "project", name: " ÆRØ \u00c9 " })).toEqual([{ path: "project", role: "project" }]);
  expect(placesOf(job, { kind: "entity", name: "Ærø é" })).toEqual([]);
  expect(placesOf(job, { kind: "project", name: "Ærø" })).toEqual([]);
});
