import { isSameName } from "../../../domain/dataEntity.ts";
import type { EntityExecution } from "../../../domain/execution.ts";
import { entityStatuses, toInteger, toWireStatuses } from "../../connectorWire.ts";
import { choice, type EntitySet, type EnumType, keyText, moment, type Row, text, toMoment, whole } from "../model.ts";
import { executionsBy, findExecution, type NamedExecution } from "./executionsBy.ts";

const batchJobStatus: EnumType = { name: "DMFBatchJobStatus", members: Object.keys(entityStatuses) };

/** The entities of the executions. */
export const executionJobDetails: EntitySet = {
  name: "DataManagementExecutionJobDetails",
  type: {
    name: "DataManagementExecutionJobDetail",
    key: ["DefinitionGroupId", "JobId", "EntityName"],
    properties: [
      keyText("DefinitionGroupId"),
      keyText("JobId"),
      keyText("EntityName"),
      text("SourceFormat"),
      text("FilePath"),
      choice("StagingStatus", batchJobStatus),
      choice("TargetStatus", batchJobStatus),
      moment("StagingStartDateTime"),
      moment("StagingEndDateTime"),
      moment("TargetStartDateTime"),
      moment("TargetEndDateTime"),
      whole("StagingRecordsToBeProcessedCount"),
      whole("StagingRecordsCreatedCount"),
      whole("TargetRecordsCreatedCount"),
      whole("TargetRecordsUpdatedCount"),
    ],
  },
  order: [],
  find: async (reader, key) => {
    const found = await findExecution(reader, key.get("JobId") ?? "");
    if (!found || !isSameName(found.execution.project, key.get("DefinitionGroupId") ?? "")) return undefined;
    return toRows(found).find(({ values }) => isSameName(String(values["EntityName"]), key.get("EntityName") ?? ""));
  },
  ...executionsBy(toRows),
};

function toRows({ execution: { project, entities }, jobId }: NamedExecution): readonly Row[] {
  return entities.map((entity) => ({ values: { DefinitionGroupId: project, JobId: jobId, ...toValues(entity) } }));
}

/** The original keeps times for source to staging and for staging to target, and we one for both. */
function toValues(entity: EntityExecution): Row["values"] {
  const { rowsRead, created, updated, unchanged, exported, startedAt, finishedAt } = entity;
  const [stagingStatus, targetStatus] = toWireStatuses(entity);
  return {
    EntityName: entity.entity,
    SourceFormat: entity.format,
    FilePath: entity.fileName,
    StagingStatus: stagingStatus,
    TargetStatus: targetStatus,
    StagingStartDateTime: toMoment(startedAt),
    StagingEndDateTime: toMoment(finishedAt),
    TargetStartDateTime: toMoment(startedAt),
    TargetEndDateTime: toMoment(finishedAt),
    StagingRecordsToBeProcessedCount: toInteger(rowsRead + exported),
    StagingRecordsCreatedCount: toInteger(rowsRead + exported),
    TargetRecordsCreatedCount: toInteger(created + exported),
    TargetRecordsUpdatedCount: toInteger(updated + unchanged),
  };
}
