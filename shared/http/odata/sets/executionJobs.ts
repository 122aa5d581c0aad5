import { summaryStatus, summaryStatuses } from "../../../domain/executionSummary.ts";
import { withoutInside } from "../../../domain/message.ts";
import { choice, type EntitySet, type EnumType, keyText, moment, type Row, text, toMoment } from "../model.ts";
import { operationType } from "./definitionGroups.ts";
import { executionsBy, findExecution, type NamedExecution } from "./executionsBy.ts";

export const executionSummaryStatus: EnumType = { name: "DMFExecutionSummaryStatus", members: summaryStatuses };

/** The executions of the projects. */
export const executionJobs: EntitySet = {
  name: "DataManagementExecutionJobs",
  type: {
    name: "DataManagementExecutionJob",
    key: ["JobId"],
    properties: [
      keyText("JobId"),
      text("Description"),
      text("DefinitionGroupId"),
      choice("OperationType", operationType),
      choice("ExecutionStatus", executionSummaryStatus),
      moment("StartDateTime"),
      moment("EndDateTime"),
    ],
  },
  order: [{ name: "StartDateTime", isDescending: true }],
  find: async (reader, key) => {
    const found = await findExecution(reader, key.get("JobId") ?? "");
    return found && toRow(found);
  },
  ...executionsBy((named) => [toRow(named)], "StartDateTime"),
};

function toRow({ execution, jobId }: NamedExecution): Row {
  const { project, direction, failure, startedAt, finishedAt } = execution;
  return {
    values: {
      JobId: jobId,
      Description: withoutInside(failure ?? ""),
      DefinitionGroupId: project,
      OperationType: direction === "import" ? "Import" : "Export",
      ExecutionStatus: summaryStatus(execution),
      StartDateTime: toMoment(startedAt),
      EndDateTime: toMoment(finishedAt),
    },
  };
}
