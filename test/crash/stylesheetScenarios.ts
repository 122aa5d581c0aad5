import type { Scenario } from "../support/crashSweep.ts";
import { importJob, importProject, line } from "../support/definitions.ts";
import { groupsFromSender } from "../support/stylesheets.ts";
import { define } from "../usecases/world.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, outcomes, tickAndWork } from "./outcomes.ts";

const file =
  '<groups><group no="10"><title>Wholesale</title></group><group no="20"><title>Retail</title></group></groups>';

const stylesheets: Scenario = {
  name: "an import of XML through a stylesheet",
  jobs: [importJob],
  prepare: async (stage) => {
    const content = groupsFromSender;
    await define(stage.ports(), "stylesheet", "From sender", { name: "From sender", description: "", content });
    const lines = [{ ...line, format: "XML-Element", stylesheets: ["From sender"] }];
    await define(stage.ports(), "project", importProject.name, { ...importProject, lines });
    await push(stage, importJob, file, "key 1");
  },
  steps: [tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), ["Processed 2 2 0 0 0"]),
    ...differs("records", await storedRecords(stage.ports()), ["10 Wholesale", "20 Retail"]),
  ],
};

export const stylesheetImports = { stylesheets } as const satisfies Readonly<Record<string, Scenario>>;
