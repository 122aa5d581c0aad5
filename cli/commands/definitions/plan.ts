import { planChanges } from "../../../definitions/plan.ts";
import { command } from "../../command.ts";
import { exitCodes } from "../../exitCodes.ts";
import { apiOf, readGivenFolder, valuesOption } from "./folderArgument.ts";
import { planJson, planText } from "./planText.ts";

export const pruneOption = {
  type: "boolean",
  help: "deletes what the service has beside the folder, of the kinds that have a folder",
} as const;

export const planCommand = command(
  {
    name: "plan",
    usage: "FOLDER",
    summary: "tells what apply would change, member by member",
    description: "With --check it ends with 1 where there is something to do, for a pipeline that looks for drift.",
    options: {
      prune: pruneOption,
      values: valuesOption,
      check: { type: "boolean", help: "ends with 1 where the service is not as the folder says" },
    },
    examples: [
      {
        line: "plan examples/definitions",
        what: "what the well-known entities would change on the service that runs here",
      },
      { line: "plan definitions --values prod.yaml", what: "the same folder, with the values of one environment" },
      { line: "plan definitions --prune --check", what: "whether the service is just what the folder says" },
    ],
  },
  async (call) => {
    const folder = await readGivenFolder(call);
    const api = apiOf(await call.connect());
    const plan = await planChanges(api, folder, { prunes: call.values.prune === true });
    call.show(planJson(plan), () => planText(plan));
    return call.values.check && plan.steps.length > 0 ? exitCodes.failed : exitCodes.done;
  },
);
