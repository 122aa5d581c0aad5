import { planChanges } from "../../../definitions/plan.ts";
import { command } from "../../command.ts";
import { doPlan } from "./doPlan.ts";
import { apiOf, readGivenFolder, valuesOption } from "./folderArgument.ts";
import { pruneOption } from "./plan.ts";

export const applyCommand = command(
  {
    name: "apply",
    usage: "FOLDER",
    summary: "brings the definitions of a service to what a folder says",
    description:
      "Each definition is written whole or not at all, and none over what somebody changed meanwhile. What was refused is told, and ends it with 5; the same command goes on from there.",
    options: { prune: pruneOption, values: valuesOption },
    examples: [
      { line: "apply examples/definitions", what: "the well-known entities, on the service that runs here" },
      {
        line: "apply definitions --values prod.yaml --prune --url https://files.example",
        what: "just what the folder says, and nothing else",
      },
    ],
  },
  async (call) => {
    const folder = await readGivenFolder(call);
    const api = apiOf(await call.connect());
    const plan = await planChanges(api, folder, { prunes: call.values.prune === true });
    return doPlan(call, api, plan);
  },
);
