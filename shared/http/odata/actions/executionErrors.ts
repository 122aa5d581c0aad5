import { takeErrors } from "../../../usecases/watch/listErrors.ts";
import type { RunError } from "../../../usecases/watch/runErrors.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";

const errorsMax = 10_000;

interface WireError {
  readonly RecordId: string;
  readonly Field: string;
  readonly ErrorMessage: string;
}

/** What went wrong in a run, as JSON within a text. */
export const getExecutionErrors = toAction({
  name: "GetExecutionErrors",
  parameters: { executionId: id },
  returns: "Edm.String",
  isOpenToJobs: true,
  async run(call, { executionId }) {
    const run = await runNamed(call, executionId);
    const isOfOne = (run.execution?.entities.length ?? 0) < 2;
    const { items, isCut } = await takeErrors(call.ports, run, "client", errorsMax);
    const shown = items.map((error) => toWireError(error, isOfOne));
    const known = run.execution?.id ?? run.message?.id ?? executionId;
    const rest = `There are more errors. GET ${call.baseUrl}/manage/api/executions/${known}/errors has them all, page by page.`;
    const all = isCut ? [...shown.slice(0, errorsMax - 1), { RecordId: "", Field: "", ErrorMessage: rest }] : shown;
    return JSON.stringify(all);
  },
});

/** The records of several files are told apart by the entity that each is for. */
function toWireError({ entity, line, place, field, message }: RunError, isOfOne: boolean): WireError {
  const where = [isOfOne ? undefined : entity, place].filter((part) => part !== undefined);
  return {
    RecordId: line === undefined ? "" : String(line),
    Field: field,
    ErrorMessage: [...where, message].join(": "),
  };
}
