import type { Execution } from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { isFirstAttempt } from "../../domain/message.ts";
import type { Message, Ports } from "../../ports.ts";
import { type ExecutionDefinitions, definitionsOf, versionsOf } from "../definitions/executionDefinitions.ts";

export interface Begun {
  readonly execution: Execution;
  readonly definitions: ExecutionDefinitions;
}

/**
 * Begins an attempt of a message's execution, by the definitions that its first attempt began with: whichever attempt
 * writes their versions down first decides for all, before anything else is done.
 */
export async function beginExecution(
  ports: Ports,
  message: Message,
  newest: () => Promise<ExecutionDefinitions>,
): Promise<Begun> {
  const known = isFirstAttempt(message)
    ? undefined
    : (await ports.executions.takeOver(message.executionId!, message.fence))?.versions;
  if (known) return begunOf(ports, message, await definitionsOf(ports, known));
  const begun = begunOf(ports, message, await newest());
  const versions = await ports.executions.begin(begun.execution);
  if (versions === begun.execution.versions) return begun;
  return begunOf(ports, message, await definitionsOf(ports, versions));
}

const noWish: Pick<InboundMessage, "rejectedRowsOf" | "stagedRows"> = {};

/** An execution that knows no definitions but its project, as it was asked of; it bears the id that the message names. */
export function newExecution(ports: Ports, message: Message, project: string): Execution {
  const { rejectedRowsOf, stagedRows } = message.direction === "import" ? message : noWish;
  const { requestedId, projectVersion = 0 } = message.ownOrder ?? {};
  return {
    id: message.executionId!,
    ...(requestedId !== undefined && { requestedId }),
    messageId: message.id,
    activityId: message.activityId,
    direction: message.direction,
    project,
    projectVersion,
    jobVersion: 0,
    ...(rejectedRowsOf !== undefined && { rejectedRowsOf }),
    ...(stagedRows && { stagedRowsOf: stagedRows.executionId }),
    attempt: message.attempts,
    fence: message.fence,
    startedAt: ports.clock.now(),
    entities: [],
    warnings: [],
  };
}

function begunOf(ports: Ports, message: Message, definitions: ExecutionDefinitions) {
  const versions = versionsOf(definitions);
  const { project, job } = definitions;
  const facts = { projectVersion: project.version, jobVersion: job?.version ?? 0, versions };
  return { execution: { ...newExecution(ports, message, project.value.name), ...facts }, definitions };
}
