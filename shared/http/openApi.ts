import { z } from "zod";
import { fileHeaders, openApiConnector, partAnswers } from "./openApiConnector.ts";
import { problemAnswer } from "./manageAnswerSchemas.ts";
import type { ManageRoute } from "./manageRoute.ts";
import { manageRoutes } from "./manageRoutes.ts";

type Json = Readonly<Record<string, unknown>>;

const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

/** The OpenAPI 3.1 description of the service, made of the schemas that check its requests. */
export function toOpenApi(baseUrl: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(manageRoutes)) {
    const path = (paths[`/${route.path}`] ??= {});
    path[route.method.toLowerCase()] = toOperation(name, route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Recurring integrations",
      version: "1",
      description: "Exchanges files between integration clients and data entities, on a schedule.",
    },
    servers: [{ url: baseUrl }],
    security: [{ entra: [] }],
    paths: { ...paths, ...openApiConnector, "/manage/api/openapi.json": { get: openApiOperation } },
    components: {
      schemas: { Problem: toSchema(problemAnswer, "output") },
      securitySchemes: {
        entra: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A token of Entra ID for this API.",
        },
      },
    },
  };
}

const openApiOperation: Json = {
  operationId: "manageGetOpenApi",
  summary: "This document.",
  tags: ["manage"],
  security: [],
  responses: { 200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } } },
};

function toOperation(operationId: string, route: ManageRoute): Json {
  return {
    operationId,
    summary: route.summary,
    description: `Needs the app role ${route.permission === "read" ? "Integration.Read or Integration.Manage" : "Integration.Manage"}.`,
    tags: ["manage"],
    parameters: toParameters(route),
    ...(route.request && { requestBody: { required: true, content: toContent(route.request, "input") } }),
    responses: toResponses(route),
  };
}

function toParameters(route: ManageRoute): readonly Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: name === "kind" ? { enum: ["succeeded", "failed", "unprocessed"] } : { type: "string" },
  }));
  const inQuery = Object.entries(route.query).map(([name, description]) => ({
    name,
    in: "query",
    description,
    schema: name === "limit" ? { type: "integer", minimum: 1, maximum: 200, default: 50 } : querySchema(name),
  }));
  const ifMatch = {
    name: "If-Match",
    in: "header",
    description: "The ETag of what is meant.",
    schema: { type: "string" },
  };
  const headers = route.answer === "file" ? fileHeaders : route.hasPrecondition ? [ifMatch] : [];
  return [...inPath, ...inQuery, ...headers];
}

function querySchema(name: string): Json {
  return name === "key" ? { type: "array", items: { type: "string" } } : { type: "string" };
}

function toResponses(route: ManageRoute): Json {
  const etag = { description: "The version, for If-Match.", schema: { type: "string" } };
  const isDefinition = route.hasPrecondition && route.method === "PUT";
  const content = route.answer ? { content: toContent(route.answer, "output") } : {};
  const done = { description: "Done.", ...content, ...(isDefinition && { headers: { ETag: etag } }) };
  const isCreated = isDefinition || (route.method === "POST" && route.path.endsWith("/jobs"));
  const location = { description: "Where it is.", schema: { type: "string" } };
  const created = { description: "Created.", ...content, headers: { ETag: etag, Location: location } };
  return {
    ...(isCreated && { 201: created }),
    ...(isCreated && !isDefinition ? {} : { [route.status]: done }),
    ...(route.answer === "file" && partAnswers(toContent("file", "output"))),
    "4XX": { description: "Refused; the problem says why and what to do.", content: problem },
    "5XX": { description: "Failed; the same request may be repeated.", content: problem },
  };
}

function toContent(body: z.ZodType | "file", io: "input" | "output"): Json {
  if (body === "file") return { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
  return { "application/json": { schema: toSchema(body, io) } };
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
