import { applyPlan } from "../../../definitions/apply.ts";
import { planChanges } from "../../../definitions/plan.ts";
import { command } from "../../command.ts";
import { exitCodes } from "../../exitCodes.ts";
import { apiOf, readGivenFolder } from "./folderArgument.ts";
import { pruneOption } from "./plan.ts";
import { doneText, planJson } from "./planText.ts";

export const applyCommand = command(
  {
    name: "apply",
    usage: "FOLDER",
    summary: "brings the definitions of a service to what a folder says",
    description:
      "Each definition is written whole or not at all, and none over what somebody changed meanwhile. What was refused is told, and ends it with 5; the same command goes on from there.",
    options: { prune: pruneOption },
    examples: [
      { line: "apply examples/definitions", what: "the well-known entities, on the service that runs here" },
      {
        line: "apply definitions --prune --url https://files.example",
        what: "just what the folder says, and nothing else",
      },
    ],
  },
  async (call) => {
    const folder = await readGivenFolder(call);
    const api = apiOf(await call.connect());
    const plan = await planChanges(api, folder, { prunes: call.values.prune === true });
    const done = await applyPlan(api, plan, (each) => call.values.json || call.out(doneText(each)));
    const refused = done.flatMap(({ step, refusal }) =>
      refusal === undefined ? [] : [{ kind: step.kind.name, id: step.id, name: step.name, refusal }],
    );
    call.show({ ...planJson(plan), refused }, () => {
      const written = done.length - refused.length;
      return `${written} written, ${refused.length} refused, ${plan.unchanged.length} as they were to be.`;
    });
    return refused.length > 0 ? exitCodes.refused : exitCodes.done;
  },
);
