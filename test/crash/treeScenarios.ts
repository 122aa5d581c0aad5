import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { Ports } from "../../shared/ports.ts";
import { listRecords } from "../../shared/usecases/watch/listRecords.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, importJob, importProject, line } from "../support/definitions.ts";
import { define } from "../usecases/world.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, outcomes, tickAndWork } from "./outcomes.ts";

export const terms: DataEntity = {
  name: "Group terms",
  aotName: "CustGroupTermEntity",
  isPerCompany: true,
  isChangeTracked: false,
  fields: [
    { name: "GroupId", type: "string", isKey: true, isRequired: true },
    { name: "Number", type: "integer", isKey: true, isRequired: true },
    { name: "Days", type: "integer", isKey: false, isRequired: false },
  ],
  partOf: { entity: customerGroups.name, relation: [{ field: "GroupId", parentField: "CustomerGroupId" }] },
};

const term = (number: number, days: string): string =>
  `<CustGroupTermEntity><Number>${number}</Number><Days>${days}</Days></CustGroupTermEntity>`;
const group = (id: string, name: string, ...terms: string[]): string =>
  `<CustCustomerGroupEntity><CustomerGroupId>${id}</CustomerGroupId><Description>${name}</Description>${terms.join("")}</CustCustomerGroupEntity>`;
const documentOf = (...groups: string[]): string => `<Document>${groups.join("")}</Document>`;

export const trees = documentOf(
  group("10", "first", term(1, "10"), term(2, "20")),
  group("20", "bad", term(1, "10"), term(2, "many")),
  group("30", "first", term(1, "30")),
);
const second = documentOf(
  group("10", "second", term(2, "25"), term(3, "30")),
  group("40", "none", "<CustGroupTermEntity/>"),
);

/** Customer groups with terms as their parts. */
export async function defineTrees(ports: Ports): Promise<void> {
  await define(ports, "entity", terms.name, terms);
  await define(ports, "entity", customerGroups.name, { ...customerGroups, children: [terms.name] });
  const lines = [{ ...line, format: "XML-Element" }];
  await define(ports, "project", importProject.name, { ...importProject, lines });
}

async function storedTerms(stage: Stage): Promise<readonly string[]> {
  const query = { company: "USMF", key: [], named: new Map<string, string>() };
  const { items } = await listRecords(stage.ports(), terms.name, query, { limit: 100 });
  return items.map(({ values }) => values.join(" "));
}

/** So that the second never comes before the first. */
const orderedJob = { ...importJob, isOrdered: true };

/** A tree is there whole or not at all, and a part of it never without the others. */
const treesOfTwoFiles: Scenario = {
  name: "imports of trees, some of them with a part that is bad",
  jobs: [orderedJob],
  prepare: (stage) => defineTrees(stage.ports()),
  steps: [
    (stage) => push(stage, orderedJob, trees, "key 1"),
    tickAndWork,
    (stage) => push(stage, orderedJob, second, "key 2"),
    tickAndWork,
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, orderedJob), [
      "ProcessedWithErrors 3 2 0 0 1",
      "Processed 2 1 1 0 0",
    ]),
    ...differs("records", await storedRecords(stage.ports()), ["10 second", "30 first", "40 none"]),
    ...differs("parts", await storedTerms(stage), ["10 1 10", "10 2 25", "10 3 30", "30 1 30"]),
  ],
};

export const composites = { trees: treesOfTwoFiles } as const satisfies Readonly<Record<string, Scenario>>;
