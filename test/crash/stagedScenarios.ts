import { isFinalImport } from "../../shared/domain/inboundMessage.ts";
import { editStagedRow } from "../../shared/usecases/operate/editStagedRow.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { getStagedRow, listStagedRows } from "../../shared/usecases/watch/stagedRows.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, importJob, importProject, line, operator } from "../support/definitions.ts";
import { define } from "../usecases/world.ts";
import { push, storedRecords } from "./clients.ts";
import { differs, importsOf, mixedFile, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

/** The row of `mixedFile` that its limit keeps out. */
const mended = 3;
const entity = customerGroups.name;

/** Mends a row in staging, looks at all of them, and has those copied that wait; each once, however often it is asked. */
const mendAndCopy = async (stage: Stage): Promise<void> => {
  const ports = stage.ports();
  const [message] = await importsOf(stage, importJob);
  if (!message || !isFinalImport(message) || message.run !== 1) return;
  const executionId = message.stagedRows?.executionId ?? message.executionId!;
  const { row, state } = await getStagedRow(ports, executionId, entity, mended);
  if (state === "error") {
    const ifMatch = [String(row.revision)];
    const edit = { executionId, entity, line: mended, values: { CreditLimit: "2" }, ifMatch };
    await editStagedRow(ports, edit, operator);
  }
  await listStagedRows(ports, executionId, entity, "staged", { limit: 10 });
  await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "staged" });
};

async function stagedStates(stage: Stage): Promise<readonly string[]> {
  const [message] = await importsOf(stage, importJob);
  const { executionId } = message!.stagedRows!;
  const { items } = await listStagedRows(stage.ports(), executionId, entity, undefined, { limit: 10 });
  return items.map(({ row, state }) => `${row.line} ${state}`);
}

const stagedRows: Scenario = {
  name: "an import whose rows stay in staging, one of them mended and copied",
  jobs: [importJob],
  prepare: async (stage) => {
    const lines = [{ ...line, skipStaging: false }];
    await define(stage.ports(), "project", importProject.name, { ...importProject, lines });
    await push(stage, importJob, mixedFile, "key 1");
  },
  steps: [tickAndWork, mendAndCopy, (stage) => stage.work(), tickAndWork],
  meanwhile: mendAndCopy,
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), ["ProcessedWithErrors 2 1 0 0 1"]),
    ...differs("records", await storedRecords(stage.ports()), [...mixedRecords, "20 Retail"].toSorted()),
    ...differs("staged rows", await stagedStates(stage), [
      "2 copied",
      "3 copied",
      "4 copied",
      "5 copied",
      "6 error",
      "7 copied",
    ]),
  ],
};

export const stagedImports = { stagedRows } as const satisfies Readonly<Record<string, Scenario>>;
