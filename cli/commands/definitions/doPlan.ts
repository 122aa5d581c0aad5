import { applyPlan } from "../../../definitions/apply.ts";
import type { ManagementApi } from "../../../definitions/managementApi.ts";
import type { Plan } from "../../../definitions/plan.ts";
import type { Call } from "../../command.ts";
import { type ExitCode, exitCodes } from "../../exitCodes.ts";
import { printable } from "../../output/printable.ts";
import { doneText, planJson } from "./planText.ts";

type Shown = Pick<Call, "out" | "show"> & { readonly values: { readonly json?: boolean } };

/** Does what was planned, and tells what became of each step. */
export async function doPlan(call: Shown, api: ManagementApi, plan: Plan): Promise<ExitCode> {
  const done = await applyPlan(api, plan, (each) => call.values.json || call.out(printable(doneText(each))));
  const refused = done.flatMap(({ step, refusal }) =>
    refusal === undefined ? [] : [{ kind: step.kind.name, id: step.id, name: step.name, refusal }],
  );
  call.show({ ...planJson(plan), refused }, () => {
    const written = done.length - refused.length;
    return `${written} written, ${refused.length} refused, ${plan.unchanged.length} as they were to be.`;
  });
  return refused.length > 0 ? exitCodes.refused : exitCodes.done;
}
