import { read, type Schemas } from "../../client/api.ts";
import type { Call } from "../command.ts";
import type { OptionTable } from "../options.ts";
import { toLocalTime } from "../output/units.ts";

const everyMs = 2_000;
const lookedAtMax = 200;

/** Tells each change of the newest messages of a job as it comes, until it is interrupted. */
export async function followJob<O extends OptionTable>(call: Call<O>, activityId: string): Promise<never> {
  const { show, pause, signal } = call;
  const { manage } = await call.connect();
  const params = { path: { activityId }, query: { limit: lookedAtMax } };
  let known: ReadonlyMap<string, string> | undefined;
  for (;;) {
    const page = read(await manage.GET("/manage/api/jobs/{activityId}/messages", { params, signal }));
    const seen = known;
    const changed = page.items.filter((message) => seen?.get(message.id) !== markOf(message));
    // What was there before is no change, but for the last few: so one sees that it works.
    const told = seen ? changed : changed.slice(0, 5);
    for (const message of told.toReversed()) show(message, () => toLine(message));
    known = new Map(page.items.map((message) => [message.id, markOf(message)]));
    await pause(everyMs, signal);
  }
}

const markOf = ({ state, changedAt, parked }: Schemas["Message"]): string =>
  `${state} ${changedAt} ${parked?.at ?? ""}`;

function toLine(message: Schemas["Message"]): string {
  const { id, state, changedAt, externalIdentifier = "", parked, lastError = "" } = message;
  const shown = parked ? `${state}, parked` : state;
  return [toLocalTime(changedAt), id, shown.padEnd(20), externalIdentifier, lastError].join("  ").trimEnd();
}
