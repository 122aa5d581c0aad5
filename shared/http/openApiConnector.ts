import { deliveryAnswer, jobStatusAnswer, receiptRequest } from "./connectorSchemas.ts";
import { idMember } from "./manageMembers.ts";
import {
  type Json,
  answerOf,
  bytesOf,
  failures,
  fileAnswers,
  fileHeaders,
  header,
  jsonOf,
  query,
} from "./openApiParts.ts";
import { nameOf } from "./schemaNames.ts";
import { uploadAnswer, uploadCommitRequest, uploadRequest } from "./uploadSchemas.ts";

const activityId = {
  name: "activityId",
  in: "path",
  required: true,
  description: "The job's activity id, with or without braces, in any case.",
  schema: { type: "string" },
};
const id = { type: "string", format: "uuid" };

function operation(
  operationId: string,
  summary: string,
  parameters: readonly Json[],
  answers: Json,
  more?: Json,
): Json {
  return {
    operationId,
    summary,
    description: "The application id of the token must be enabled on the job's list. Also under /{language}/.",
    tags: ["connector"],
    parameters: [activityId, ...parameters],
    ...more,
    responses: { ...answers, ...failures },
  };
}

const dequeueAnswers = {
  200: { description: "A message was handed out.", content: answerOf(deliveryAnswer) },
  204: { description: "No message waits." },
};

const enqueue = operation(
  "connectorEnqueue",
  "Stores a data file or a data package as a new message.",
  [
    query(
      "entity",
      "The data entity of a file, by label or AOT name; may be left out where the project has one enabled line.",
    ),
    query("company", "The legal entity, for a job that takes it from the message."),
    header("x-ms-dyn-externalidentifier", "The name by which the client knows the file."),
    header("Idempotency-Key", "The same key, bytes, entity and company are the same message."),
    header("Content-Encoding", "gzip, deflate or br; the file is stored decoded."),
  ],
  { 200: { description: "The id of the message, as a JSON string.", content: answerOf(idMember) } },
  { requestBody: { required: true, content: bytesOf("application/octet-stream") } },
);

const uploadId = { name: "uploadId", in: "path", required: true, description: "The id of the upload.", schema: id };
const upload = (description: string): Json => ({ description, content: answerOf(uploadAnswer) });

/** What the original does not have: a file that goes straight to storage. */
const openApiUploads: Json = {
  "/api/connector/uploads/{activityId}": {
    post: operation(
      "connectorReserveUpload",
      "Makes room for a file of any size, which comes in blocks, straight into storage.",
      [header("Idempotency-Key", "Under the same key it is the same upload, which goes on where it was cut off.")],
      { 200: upload("It was reserved before."), 201: upload("It is reserved.") },
      { requestBody: { required: true, content: jsonOf(nameOf(uploadRequest, "input")) } },
    ),
  },
  "/api/connector/uploads/{activityId}/{uploadId}": {
    get: operation("connectorGetUpload", "What of it came in, and the address for the rest.", [uploadId], {
      200: upload("Where it stands."),
    }),
    delete: operation("connectorAbandonUpload", "Gives up what came in; a repeat is fine.", [uploadId], {
      204: { description: "It is gone." },
    }),
  },
  "/api/connector/uploads/{activityId}/{uploadId}/commit": {
    post: operation(
      "connectorCommitUpload",
      "Makes a message of it, as enqueue does; a repeat answers the same message.",
      [uploadId],
      { 200: upload("The message that it became.") },
      { requestBody: { required: false, content: jsonOf(nameOf(uploadCommitRequest, "input")) } },
    ),
  },
};

/** The connector's routes, which speak the contract of the original. */
export const openApiConnector: Json = {
  ...openApiUploads,
  "/api/connector/enqueue/{activityId}": {
    post: enqueue,
    get: operation("connectorDequeueAlias", "As dequeue; the original's page prints this address.", [], dequeueAnswers),
  },
  "/api/connector/jobstatus/{activityId}": {
    get: operation(
      "connectorJobStatus",
      "Where a message of an import job stands.",
      [query("jobId", "The message id.", id, true)],
      { 200: { description: "The state of the message and of its run.", content: answerOf(jobStatusAnswer) } },
    ),
  },
  "/api/connector/dequeue/{activityId}": {
    get: operation("connectorDequeue", "Hands out the oldest waiting message of an export job.", [], dequeueAnswers),
  },
  "/api/connector/download/{activityId}": {
    get: operation(
      "connectorDownload",
      "The data package of a delivery; the address is the delivery's DownloadLocation.",
      [query("blob", "The message id.", id, true), query("correlation-id", "The delivery.", id, true), ...fileHeaders],
      fileAnswers("The bytes of the package.", "application/zip"),
    ),
  },
  "/api/connector/ack/{activityId}": {
    post: operation(
      "connectorAck",
      "Confirms that a delivery was received; a repeat is fine.",
      [],
      { 200: { description: "Acknowledged." } },
      { requestBody: { required: true, content: jsonOf(nameOf(receiptRequest, "input")) } },
    ),
  },
};
