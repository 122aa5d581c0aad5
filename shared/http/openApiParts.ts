import type { z } from "zod";
import { problemAnswer } from "./problemSchema.ts";
import { nameOf } from "./schemaNames.ts";

export type Json = Readonly<Record<string, unknown>>;

const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const responseRef = (name: string): Json => ({ $ref: `#/components/responses/${name}` });
const problem = { "application/problem+json": { schema: schemaRef(nameOf(problemAnswer, "output")) } };

/** Bytes: without a schema, as OpenAPI 3.1 has it, so that generated clients take and give them as they are. */
export const bytesOf = (mediaType: string): Json => ({ [mediaType]: {} });
export const jsonOf = (name: string): Json => ({ "application/json": { schema: schemaRef(name) } });
export const answerOf = (schema: z.ZodType): Json => jsonOf(nameOf(schema, "output"));

/** What any address may answer beside its own. */
export const failures: Json = {
  "4XX": responseRef("Refused"),
  429: responseRef("TooManyRequests"),
  500: responseRef("InternalError"),
  503: responseRef("Unavailable"),
};

const retryAfter = {
  "Retry-After": { description: "After how many seconds to repeat it.", schema: { type: "integer", minimum: 0 } },
};

export const sharedResponses: Json = {
  Refused: { description: "Refused; the problem says why and what to do.", content: problem },
  TooManyRequests: { description: "Too many requests go on.", headers: retryAfter, content: problem },
  InternalError: {
    description: "An error of the service, which its log has under the id of the problem.",
    content: problem,
  },
  Unavailable: {
    description: "Storage or the keys of tokens do not answer; the same request may be repeated.",
    headers: retryAfter,
    content: problem,
  },
};

const text = { type: "string" };

export function header(name: string, description: string): Json {
  return { name, in: "header", description, schema: text };
}

export function query(name: string, description: string, schema: Json = text, isRequired = false): Json {
  return { name, in: "query", description, schema, ...(isRequired && { required: true }) };
}

/** What every address of a file takes beside its own parameters; HEAD is GET without its body, and not told apart. */
export const fileHeaders: readonly Json[] = [
  header("Range", "One range of bytes, where the length of the file is known."),
  header("If-Range", "The ETag that the parts before had: of another file the whole comes."),
];

const fileAnswerHeaders = {
  ETag: { description: "Names these bytes, where they are stored as they are sent.", schema: text },
  "Content-Disposition": { description: "With the name of the file, where it has one.", schema: text },
};
const partHeaders = {
  ...fileAnswerHeaders,
  "Content-Range": { description: "Which bytes, and of how many.", schema: text },
};

/** The answers of an address of a file: whole, or in a part. */
export function fileAnswers(description: string, mediaType: string): Json {
  const content = bytesOf(mediaType);
  return {
    200: { description, headers: fileAnswerHeaders, content },
    206: { description: "The range that was asked for.", headers: partHeaders, content },
  };
}
