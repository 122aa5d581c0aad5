import { signInAnswer } from "./manageSignInSchema.ts";
import { answerOf, failures, header, type Json, jsonOf } from "./openApiParts.ts";

function operation(operationId: string, summary: string, responses: Json, parameters: readonly Json[] = []): Json {
  return { operationId, summary, tags: ["manage"], security: [], parameters, responses: { ...responses, ...failures } };
}

/** The routes of the management API that ask for no token. */
export const openApiAnonymous: Json = {
  "/manage/api/openapi.json": {
    get: operation(
      "manageGetOpenApi",
      "This document.",
      {
        200: { description: "OpenAPI 3.1.", content: jsonOf("OpenApiDocument") },
        304: { description: "The caller has it." },
      },
      [header("If-None-Match", "The ETag of the document that the caller has.")],
    ),
  },
  "/manage/api/sign-in": {
    get: operation("manageGetSignIn", "Where and how people sign in to the management page.", {
      200: { description: "The settings of a client library.", content: answerOf(signInAnswer) },
    }),
  },
};
