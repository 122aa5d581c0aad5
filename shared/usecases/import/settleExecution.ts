import { entityId as idOfEntity } from "../../domain/entityId.ts";
import type { EntityExecution, Execution } from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { EntityRef, UpsertResult } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";

export interface SettledExecution {
  /** As it was left, with the counts of what was stored; undefined when no attempt began one. */
  readonly execution: Execution | undefined;
  /** The labels of the entities that hold what the execution had for them. */
  readonly stored: readonly string[];
  /** Everything that the execution had to store is in the entities, although it did not end. */
  readonly isWhole: boolean;
}

/**
 * Decides what the attempts of a message's execution below `fence` have stored: they save and commit nothing more from
 * here on, and a commit that was under way took effect, or never will. A line is stored only after its execution says
 * that it is at work; one that was given up may be an error there.
 */
export async function settleExecution(ports: Ports, message: InboundMessage, fence: number): Promise<SettledExecution> {
  const { executionId } = message;
  const execution = executionId === undefined ? undefined : await ports.executions.takeOver(executionId, fence);
  return settledOf(ports, message, execution, (ref, key) => ports.entities.revoke(ref, key, fence - 1));
}

/** Answers the commit that stands under a key. */
type CommitUnder = (ref: EntityRef, key: string) => Promise<UpsertResult | undefined>;

/** What the attempts of an execution have stored, as the commits say. */
export async function settledOf(
  ports: Ports,
  message: InboundMessage,
  execution: Execution | undefined,
  commitUnder: CommitUnder,
): Promise<SettledExecution> {
  if (!execution) return { execution, stored: [], isWhole: false };
  const stored: string[] = [];
  const entities: EntityExecution[] = [];
  for (const entity of execution.entities) {
    const isOpen = entity.status === "executing" || entity.status === "error";
    const done = isOpen ? await settleLine(ports, message, entity, commitUnder) : undefined;
    if (done || entity.status === "finished") stored.push(entity.entity);
    entities.push(done ? withCounts(entity, done) : entity);
  }
  const isWhole = stored.length > 0 && stored.length === entities.length;
  return { execution: { ...execution, entities }, stored, isWhole };
}

/** The key of the one commit that an execution makes to an entity, in whichever of its attempts. */
export function commitKey({ id, run }: InboundMessage, entityId: string): string {
  return `${id}/${run}/${entityId}`;
}

async function settleLine(
  ports: Ports,
  message: InboundMessage,
  entity: EntityExecution,
  commitUnder: CommitUnder,
): Promise<UpsertResult | undefined> {
  const entityId = entity.entityId ?? (await entityIdOf(ports, entity));
  if (entityId === undefined) return undefined;
  return commitUnder({ entityId, company: entity.company }, commitKey(message, entityId));
}

/** Runs of earlier releases name their entities by label alone. */
async function entityIdOf(ports: Ports, { entity }: EntityExecution): Promise<string | undefined> {
  const definition = await ports.definitions.find("entity", entity);
  return definition && idOfEntity(definition.value);
}

/** What failed is not known any more, so the rows that it tells of are those that are stored. */
function withCounts(entity: EntityExecution, { created, updated, unchanged }: UpsertResult): EntityExecution {
  return { ...entity, created, updated, unchanged, rowsRead: created + updated + unchanged };
}
