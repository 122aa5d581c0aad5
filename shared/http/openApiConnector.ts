type Json = Readonly<Record<string, unknown>>;

const activityId = {
  name: "activityId",
  in: "path",
  required: true,
  description: "The job's activity id, with or without braces.",
  schema: { type: "string" },
};
const text = { type: "string" };
const query = (name: string, description: string, required = false): Json => ({
  name,
  in: "query",
  required,
  description,
  schema: text,
});
const header = (name: string, description: string): Json => ({ name, in: "header", description, schema: text });
const file = { schema: { type: "string", format: "binary" } };
/** What every address of a file takes beside its own parameters; HEAD is GET without its body, and not told apart. */
export const fileHeaders: readonly Json[] = [
  header("Range", "One range of bytes, where the length of the file is known."),
  header("If-Range", "The ETag that the parts before had: of another file the whole comes."),
];
/** The further answers of an address of a file. */
export const partAnswers = (content: Json): Json => ({
  206: { description: "The range that was asked for.", content },
});
const refused = {
  description: "Refused.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

const delivery = {
  type: "object",
  properties: {
    CorrelationId: text,
    PopReceipt: text,
    DownloadLocation: text,
    IsDownLoadFileExist: { type: "boolean" },
  },
  required: ["CorrelationId", "PopReceipt", "DownloadLocation"],
};

function operation(operationId: string, summary: string, parameters: readonly Json[], rest: Json): Json {
  return {
    operationId,
    summary,
    description: "The application id of the token must be enabled on the job's list. Also under /{language}/.",
    tags: ["connector"],
    parameters: [activityId, ...parameters],
    ...rest,
  };
}

const answers = (status: number, description: string, content?: Json): Json => ({
  responses: { [status]: { description, ...(content && { content }) }, "4XX": refused },
});

const dequeueAnswers = {
  responses: {
    200: { description: "A message was handed out.", content: { "application/json": { schema: delivery } } },
    204: { description: "No message waits." },
    "4XX": refused,
  },
};

const zip = { "application/zip": file };
const downloadAnswers = {
  responses: {
    200: { description: "The bytes of the package.", content: zip },
    ...partAnswers(zip),
    "4XX": refused,
  },
};

/** The connector's routes, which speak the contract of the original; its own schemas are no part of ours. */
export const openApiConnector: Json = {
  "/api/connector/enqueue/{activityId}": {
    post: operation(
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
      {
        requestBody: { required: true, content: { "application/octet-stream": file } },
        ...answers(200, "The id of the message, as a JSON string.", { "application/json": { schema: text } }),
      },
    ),
    get: operation("connectorDequeueAlias", "As dequeue; the original's page prints this address.", [], dequeueAnswers),
  },
  "/api/connector/jobstatus/{activityId}": {
    get: operation(
      "connectorJobStatus",
      "Where a message of an import job stands.",
      [query("jobId", "The message id.", true)],
      answers(200, "The state of the message and of its run.", { "application/json": { schema: { type: "object" } } }),
    ),
  },
  "/api/connector/dequeue/{activityId}": {
    get: operation("connectorDequeue", "Hands out the oldest waiting message of an export job.", [], dequeueAnswers),
  },
  "/api/connector/download/{activityId}": {
    get: operation(
      "connectorDownload",
      "The data package of a delivery; the address is the delivery's DownloadLocation.",
      [query("blob", "The message id.", true), query("correlation-id", "The delivery.", true), ...fileHeaders],
      downloadAnswers,
    ),
  },
  "/api/connector/ack/{activityId}": {
    post: operation("connectorAck", "Confirms that a delivery was received; a repeat is fine.", [], {
      requestBody: { required: true, content: { "application/json": { schema: delivery } } },
      ...answers(200, "Acknowledged."),
    }),
  },
};
