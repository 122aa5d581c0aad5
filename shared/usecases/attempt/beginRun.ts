import type { Execution } from "../../domain/execution.ts";
import { isFirstAttempt } from "../../domain/message.ts";
import type { Message, Ports } from "../../ports.ts";
import { type RunDefinitions, definitionsOf, versionsOf } from "../definitions/runDefinitions.ts";

export interface Run {
  readonly execution: Execution;
  readonly definitions: RunDefinitions;
}

/**
 * Begins an attempt of a message's run, by the definitions that its first attempt began with: whichever attempt writes
 * their versions down first decides for all, before anything else is done.
 */
export async function beginRun(ports: Ports, message: Message, newest: () => Promise<RunDefinitions>): Promise<Run> {
  const known = isFirstAttempt(message)
    ? undefined
    : (await ports.executions.takeOver(message.executionId!, message.fence))?.versions;
  if (known) return runOf(ports, message, await definitionsOf(ports, known));
  const run = runOf(ports, message, await newest());
  const versions = await ports.executions.begin(run.execution);
  if (versions === run.execution.versions) return run;
  return runOf(ports, message, await definitionsOf(ports, versions));
}

/** A run that knows no definitions; it bears the id that the message names. */
export function newExecution(ports: Ports, message: Message, project: string): Execution {
  const rejectedRowsOf = message.direction === "import" ? message.rejectedRowsOf : undefined;
  return {
    id: message.executionId!,
    messageId: message.id,
    activityId: message.activityId,
    direction: message.direction,
    project,
    projectVersion: 0,
    jobVersion: 0,
    ...(rejectedRowsOf !== undefined && { rejectedRowsOf }),
    attempt: message.attempts,
    fence: message.fence,
    startedAt: ports.clock.now(),
    entities: [],
    warnings: [],
  };
}

function runOf(ports: Ports, message: Message, definitions: RunDefinitions) {
  const versions = versionsOf(definitions);
  const { project, job } = definitions;
  const facts = { projectVersion: project.version, jobVersion: job.version, versions };
  return { execution: { ...newExecution(ports, message, project.value.name), ...facts }, definitions };
}
