import type { DataProject } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { isOfProject } from "../orders/findOrder.ts";
import { closeGate, openGate } from "./jobGate.ts";

/** Beyond it the exact figure tells nobody more. */
const openMax = 1000;

/**
 * Looks at the messages behind a closed gate, where none can come or begin anew. Throws `conflict` with the counts, and
 * opens the gate again, unless every one has ended.
 */
export async function closeWhenEnded(
  ports: Ports,
  activityId: string,
  texts: { readonly what: string; readonly ways: string },
): Promise<void> {
  await closeWhere(ports, activityId, () => requireAllEnded(ports, activityId, texts));
}

/**
 * The same of messages of the project that nobody has ever been answered for: throws `conflict` also when they have ended.
 * Those of a project that had its name before are none of them.
 */
export async function closeWhenUnused(
  ports: Ports,
  activityId: string,
  what: string,
  project: Pick<Definition<DataProject>, "firstVersion">,
): Promise<void> {
  await closeWhere(ports, activityId, async () => {
    const [newest] = (await ports.messages.list(activityId, { limit: 1 })).items;
    if (!newest || !isOfProject(project, newest.ownOrder?.projectVersion)) return;
    throw new DomainError("conflict", `${what} has runs.`);
  });
}

async function closeWhere(ports: Ports, activityId: string, requireClosable: () => Promise<void>): Promise<void> {
  await closeGate(ports, activityId);
  try {
    await requireClosable();
  } catch (error) {
    await openGate(ports, activityId);
    throw error;
  }
}

async function requireAllEnded(
  ports: Ports,
  activityId: string,
  { what, ways }: { readonly what: string; readonly ways: string },
): Promise<void> {
  await ports.openMessages.mendJob(activityId);
  const counts = { waiting: 0, inProcess: 0, offered: 0, parked: 0 };
  for (const { standing } of await ports.openMessages.list(activityId, openMax)) counts[standing] += 1;
  const { waiting, inProcess, offered } = counts;
  if (waiting + inProcess + offered === 0) return;
  const rest = waiting + inProcess + offered < openMax ? "" : " at least";
  const found = `${waiting} messages wait, ${inProcess} are in process, ${offered} wait for a client`;
  throw new DomainError("conflict", `${what} cannot be deleted:${rest} ${found}. ${ways}`);
}
