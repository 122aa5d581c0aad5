import { actorOf } from "../../../domain/caller.ts";
import { forgetRun } from "../../../usecases/packages/forgetRun.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";

/** Deletes what is kept of an execution, which goes by itself when its retention ends. */
export const deleteExecutionHistory = toAction({
  name: "DeleteExecutionHistoryJob",
  parameters: { executionId: id },
  async run(call, { executionId }) {
    await forgetRun(call.ports, await runNamed(call, executionId), actorOf(call.caller));
    return undefined;
  },
});
