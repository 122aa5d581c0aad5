import { type DataEntity, recordKey } from "../../shared/domain/dataEntity.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import { linesOf } from "../../shared/domain/recordLines.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Scenario } from "../support/crashSweep.ts";
import { customerGroups, importJob, importProject, line } from "../support/definitions.ts";
import { groupsFromSender } from "../support/stylesheets.ts";
import { define } from "../usecases/world.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, outcomes, tickAndWork } from "./outcomes.ts";

const file =
  '<groups><group no="10"><title>Wholesale</title></group><group no="20"><title>Retail</title></group></groups>';

const titles: DataEntity = {
  name: "Titles",
  aotName: "DemoTitleEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [{ name: "TITLE", type: "string", isKey: true, isRequired: true }],
};

/** Descriptions are titles that are there. */
const titled: DataEntity = {
  ...customerGroups,
  fields: customerGroups.fields.map((field) =>
    field.name === "DESCRIPTION"
      ? { ...field, callValidateField: true, rules: [{ kind: "lookup", entity: "Titles", message: "No such title." }] }
      : field,
  ),
};

async function storeTitle(ports: Ports, title: string): Promise<void> {
  await ports.entities.upsert(
    { entityId: entityId(titles), company: undefined },
    {
      idempotencyKey: title,
      fence: 1,
      columns: ["TITLE"],
      keyColumns: ["TITLE"],
      async *records() {
        yield linesOf([{ key: recordKey([title]), number: 1, values: [title] }]);
      },
      truncateFirst: false,
      requireValid: () => Promise.resolve(),
    },
  );
}

const stylesheets: Scenario = {
  name: "an import of XML through a stylesheet, of which a value is looked up in another entity",
  jobs: [importJob],
  prepare: async (stage) => {
    const content = groupsFromSender;
    await define(stage.ports(), "entity", titles.name, titles);
    await define(stage.ports(), "entity", titled.name, titled);
    await storeTitle(stage.ports(), "Wholesale");
    await define(stage.ports(), "stylesheet", "From sender", { name: "From sender", description: "", content });
    const lines = [{ ...line, format: "XML-Element", stylesheets: ["From sender"] }];
    await define(stage.ports(), "project", importProject.name, { ...importProject, lines });
    await push(stage, importJob, file, "key 1");
  },
  steps: [tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), ["ProcessedWithErrors 2 1 0 0 1"]),
    ...differs("records", await storedRecords(stage.ports()), ["10 Wholesale"]),
  ],
};

export const stylesheetImports = { stylesheets } as const satisfies Readonly<Record<string, Scenario>>;
