import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, importProject, line, packageJob } from "../support/definitions.ts";
import { csv as csvOf, entityOf } from "../usecases/manyLines.ts";
import { define, manifestOf, packageOf, recordsOf } from "../usecases/world.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, importsOf, mixedFile, mixedRecords, tickAndWork } from "./outcomes.ts";

const alpha = entityOf("Alpha");
const twoFiles = await packageOf(
  manifestOf({}, { entityName: "Alpha", targetEntity: "AlphaEntity", inputFilePath: "Alpha.csv" }),
  { "Customer groups.csv": mixedFile, "Alpha.csv": csvOf("1,1", "2,x", "3,3", "4,4") },
);

/** `entity status read/created/failed` of each line of the one import. */
async function linesOf(stage: Stage): Promise<readonly string[]> {
  const [message] = await importsOf(stage, packageJob);
  const execution = await stage.ports().executions.find(message!.executionId!);
  return execution!.entities.map(({ entity, status, rowsRead, created, failed }) =>
    [entity, status, rowsRead, created, failed].join(" "),
  );
}

/** A fault meets both lines at work. */
const twoLines: Scenario = {
  name: "a data package of two lines that run side by side",
  jobs: [packageJob],
  prepare: async (stage) => {
    await define(stage.ports(), "entity", alpha.name, alpha);
    const lines = [line, { ...line, entity: alpha.name }];
    await define(stage.ports(), "project", importProject.name, { ...importProject, lines });
    await push(stage, packageJob, twoFiles, "key 1");
  },
  steps: [tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await linesOf(stage), [
      `${customerGroups.name} finished 6 4 2`,
      `${alpha.name} finished 4 3 1`,
    ]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
    ...differs("records beside them", await recordsOf(stage.ports(), alpha), [
      ["1", "1"],
      ["3", "3"],
      ["4", "4"],
    ]),
  ],
};

export const linesSideBySide = { twoLines } as const satisfies Readonly<Record<string, Scenario>>;
