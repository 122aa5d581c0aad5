import { z } from "zod";
import { dataJobStates, entityStatuses } from "./connectorWire.ts";
import { idMember } from "./manageMembers.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const dateTime = asAnswer(
  "WireDateTime",
  z.string().meta({ description: "UTC in whole seconds, without a zone; 0001-01-01T00:00:00 stands for none." }),
);
const wireCount = z.int().min(0);

/** The numbers by which the original knows something, with their names. */
function numbersOf(names: Readonly<Record<string, number>>) {
  const numbers = [...new Set(Object.values(names))];
  const told = numbers.map((number) => {
    const meant = Object.keys(names).filter((name) => names[name] === number);
    return `${number} ${meant.at(-1)}`;
  });
  return z.literal(numbers).meta({ description: told.join(", ") });
}

const dataJobState = asAnswer("DataJobState", numbersOf(dataJobStates));
const entityStatus = asAnswer("EntityStatus", numbersOf(entityStatuses));

const dataJobStatus = asAnswer(
  "DataJobStatus",
  z.strictObject({
    DataProject: z.string(),
    DataJobIdentifier: idMember,
    ExternalIdentifier: z.string(),
    ExecutionIdentifier: z.string().meta({ description: "The run, or an empty text before the first one." }),
    DataJobStartedDateTime: dateTime,
    DataJobCompletedDateTime: dateTime,
    DataJobState: dataJobState,
  }),
);

const executionDetail = asAnswer(
  "ExecutionDetail",
  z.strictObject({
    EntityName: z.string(),
    Company: z.string(),
    StagingRecords: wireCount,
    StagingStatus: entityStatus,
    StagingErrorCount: wireCount,
    TargetRecords: wireCount,
    TargetStatus: entityStatus,
    TargetErrorCount: wireCount,
    ExecutionStartedDateTime: dateTime,
    ExecutionCompletedDateTime: dateTime,
  }),
);

export const jobStatusAnswer = asAnswer(
  "JobStatus",
  z.strictObject({
    DataJobStatus: dataJobStatus,
    ExecutionLog: z.string().meta({ description: "What a person reads first: errors, warnings, counts." }),
    ExecutionDetail: z.array(executionDetail),
  }),
);

export const deliveryAnswer = asAnswer(
  "Delivery",
  z.strictObject({
    CorrelationId: idMember,
    PopReceipt: z.string(),
    DownloadLocation: z.string().meta({ format: "uri" }),
    IsDownLoadFileExist: z.boolean(),
    FileDownLoadErrorMessage: z.null(),
    LastDequeueDateTime: dateTime.nullable().meta({ description: "When it was handed out before." }),
  }),
);

/** The body of a dequeue, whole or in part. */
export const receiptRequest = asRequest(
  "Receipt",
  z.looseObject({ CorrelationId: z.string().meta({ format: "uuid" }), PopReceipt: z.string() }),
);
