import { type ApiAnswer, isAccepted, type ManagementApi, toRefusal } from "./managementApi.ts";
import { describe } from "./kinds.ts";
import { withoutMissing } from "./firstVersion.ts";
import { keyOf } from "./order.ts";
import type { Plan, Step } from "./plan.ts";
import { addressOf } from "./stored.ts";

/** What became of a step. */
export interface Done {
  readonly step: Step;
  /** Why it was not done; undefined when it was. */
  readonly refusal?: string;
}

interface Open {
  readonly step: Step;
  /** Of the first version of what is only there without what it names. */
  readonly etag?: string;
  readonly refusal?: string;
}

type Tell = (done: Done) => void;

/**
 * Does what was planned, one definition after another; each of them whole or not at all. Where somebody changed one since
 * it was planned, it stays as that made it, and the refusal says so. The others go on, but for those that name it.
 */
export async function applyPlan(
  api: ManagementApi,
  { steps }: Pick<Plan, "steps">,
  tell: Tell = () => undefined,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  const finish = (each: Done): void => {
    done.push(each);
    tell(each);
  };
  let open: readonly Open[] = steps.map((step) => ({ step }));
  // What was refused for the state of the others may do once they are as they are to be.
  for (let pass = 0; pass <= steps.length && open.length > 0; pass += 1) {
    const left = await tryEach(api, open, finish);
    const hasMoved = left.length < open.length || left.some(({ etag }, at) => etag !== open[at]?.etag);
    open = hasMoved ? left : await beginCircles(api, left);
    if (!hasMoved && open.every(({ etag }, at) => etag === left[at]?.etag)) break;
  }
  for (const { step, refusal } of open) finish({ step, refusal: refusal ?? "It was not come to." });
  return done;
}

/** Those that are still to be done. */
async function tryEach(api: ManagementApi, open: readonly Open[], finish: Tell): Promise<readonly Open[]> {
  const left: Open[] = [];
  for (const each of open) {
    const answer = await write(api, each);
    const refusal = refusalOf(each.step, answer);
    if (refusal === undefined) finish({ step: each.step });
    else if (mayDoLater(each.step, answer)) left.push({ ...each, refusal });
    else finish({ step: each.step, refusal });
  }
  return left;
}

/** Entities that name each other need a first of them: it is there without what it names at first. */
async function beginCircles(api: ManagementApi, left: readonly Open[]): Promise<readonly Open[]> {
  const missing = new Set(left.filter(({ step }) => step.action === "create").map(({ step }) => keyOf(step)));
  const begun: Open[] = [];
  for (const each of left) {
    const first = each.etag === undefined && each.step.action === "create" && withoutMissing(each.step, missing);
    const answer = first && (await api("PUT", addressOf(each.step), { json: first }));
    if (!answer || refusalOf(each.step, answer) !== undefined || answer.etag === undefined) begun.push(each);
    else {
      begun.push({ ...each, etag: answer.etag });
      missing.delete(keyOf(each.step));
    }
  }
  return begun;
}

async function write(api: ManagementApi, { step, etag }: Open): Promise<ApiAnswer> {
  const address = addressOf(step);
  if (step.action === "create") {
    return api("PUT", address, { json: step.value, ...(etag !== undefined && { ifMatch: etag }) });
  }
  const ifMatch = step.stored.etag;
  if (step.action === "update") return api("PUT", address, { json: step.value, ifMatch });
  return remove(api, step, address);
}

/** A job goes once nobody can send to it any more. */
async function remove(api: ManagementApi, step: Step & { action: "delete" }, address: string): Promise<ApiAnswer> {
  const { value, etag } = step.stored;
  const { isEnabled }: { readonly isEnabled?: boolean } = value;
  if (step.kind.name !== "job" || isEnabled !== true) return api("DELETE", address, { ifMatch: etag });
  const disabled = await api("PUT", address, { json: { ...value, isEnabled: false }, ifMatch: etag });
  if (disabled.status !== 200 || disabled.etag === undefined) return disabled;
  return api("DELETE", address, { ifMatch: disabled.etag });
}

/** Undefined where it was done. */
function refusalOf(step: Step, answer: ApiAnswer): string | undefined {
  if (answer.status === 412 || answer.status === 428) {
    return `The ${describe(step)} was made, changed or deleted by somebody since it was planned, and stays as it is. Plan again.`;
  }
  return isAccepted(answer) ? undefined : toRefusal(answer);
}

/** Refused as wrong or as breaking something, which what comes behind it may mend. */
function mayDoLater({ action, kind }: Step, { status }: ApiAnswer): boolean {
  // Nothing names a job, so nothing but its own messages keeps it; and it is another version by now, a disabled one.
  const isDoomedJob = action === "delete" && kind.name === "job";
  return (status === 400 || status === 409) && !isDoomedJob;
}
