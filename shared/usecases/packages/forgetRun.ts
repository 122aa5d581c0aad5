import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { standingOf } from "../../domain/standing.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { clearRemains, removeMessage } from "../retention/removeMessage.ts";
import type { FoundRun } from "../watch/findRun.ts";

/**
 * Deletes a run that has ended before its retention does, with its files and results. Throws `invalid` for that of a
 * recurring job, which others may wait for, and `conflict` for one that goes on.
 */
export async function forgetRun(ports: Ports, run: FoundRun, by: Actor): Promise<void> {
  const { activityId, message: found } = run;
  if (!found) return finish(ports, run);
  const { id } = found;
  if (!found.ownOrder) throw new DomainError("invalid", "The run is that of a recurring data job, which keeps it.");
  const isDone = await untilWon(`Message ${id}`, async () => {
    const stored = await ports.messages.find(activityId, id);
    if (!stored) return false;
    if (standingOf(stored.value) !== "ended") throw new DomainError("conflict", "The run has not ended yet.");
    return (await removeMessage(ports, stored)) || lost;
  });
  if (!isDone) return;
  const entry = { kind: "message", target: id, activityId, detail: "execution history" } as const;
  await ports.audit.record({ at: ports.clock.now(), ...by, action: "delete", ...entry });
}

/** Whoever got no answer asks again, and finds an execution whose message went before it. */
async function finish(ports: Ports, { activityId, execution }: FoundRun): Promise<void> {
  if (!execution) return;
  const room = execution.direction === "import" ? "inbound" : "outbound";
  await clearRemains(ports, room, activityId, execution.messageId);
}
