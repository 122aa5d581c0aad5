import type { EntityExecution } from "../../../domain/execution.ts";
import { succeededCount } from "../../../domain/execution.ts";
import { entitySummaryStatus, runStatus } from "../../../domain/executionSummary.ts";
import { toInteger } from "../../connectorWire.ts";
import { choice, type ComplexType, keyText, moment, toMoment, type Values, whole } from "../model.ts";
import { executionSummaryStatus } from "../sets/executionJobs.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";

const entityStatus: ComplexType = {
  name: "DMFEntityExecutionSummaryStatus",
  properties: [
    keyText("EntityName"),
    choice("Status", executionSummaryStatus),
    whole("TotalRecords"),
    whole("SuccessRecords"),
    whole("ErrorRecords"),
    moment("ExecutionStartDateTime"),
    moment("ExecutionEndDateTime"),
  ],
};

const facts = { parameters: { executionId: id }, isOpenToJobs: true } as const;

/** How an execution stands, in numbers and for people. */
export const executionStatus = [
  toAction({
    ...facts,
    name: "GetExecutionSummaryStatus",
    returns: executionSummaryStatus,
    async run(call, { executionId }) {
      const { message, execution } = await runNamed(call, executionId);
      return runStatus(message, execution);
    },
  }),
  toAction({
    ...facts,
    name: "GetEntityExecutionSummaryStatusList",
    returns: { of: entityStatus },
    async run(call, { executionId }) {
      const { execution } = await runNamed(call, executionId);
      return (execution?.entities ?? []).map(toStatus);
    },
  }),
  toAction({
    ...facts,
    name: "GetExecutionSummaryPageUrl",
    returns: "Edm.String",
    async run(call, { executionId }) {
      const { message, execution } = await runNamed(call, executionId);
      const place = execution ? `executions/${execution.id}` : `messages/${message?.id ?? executionId}`;
      return `${call.baseUrl}/manage/${place}`;
    },
  }),
];

function toStatus(entity: EntityExecution): Values {
  const { entity: name, rowsRead, exported, failed, startedAt, finishedAt } = entity;
  return {
    EntityName: name,
    Status: entitySummaryStatus(entity),
    TotalRecords: toInteger(rowsRead + exported),
    SuccessRecords: toInteger(succeededCount(entity) + exported),
    ErrorRecords: toInteger(failed),
    ExecutionStartDateTime: toMoment(startedAt),
    ExecutionEndDateTime: toMoment(finishedAt),
  };
}
