import { auditKinds } from "../domain/auditEntry.ts";
import { messageStates } from "./messageStates.ts";
import type { ManageRoute } from "./manageRoute.ts";
import { manageRoutes } from "./manageRoutes.ts";
import { namesVersion } from "./namesVersion.ts";
import { openApiAnonymous } from "./openApiAnonymous.ts";
import { openApiConnector } from "./openApiConnector.ts";
import { type Json, bytesOf, failures, fileAnswers, fileHeaders, header, jsonOf, query } from "./openApiParts.ts";
import { sharedResponses } from "./openApiParts.ts";
import { nameOf, toNamedSchemas } from "./schemaNames.ts";

const bytes = "application/octet-stream";

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
    paths: { ...paths, ...openApiConnector, ...openApiAnonymous },
    components: {
      schemas: {
        ...toNamedSchemas(),
        ...toFormSchemas(),
        OpenApiDocument: { type: "object", description: "OpenAPI 3.1." },
      },
      responses: sharedResponses,
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

function toOperation(operationId: string, route: ManageRoute): Json {
  return {
    operationId,
    summary: route.summary,
    description: `Needs the app role ${route.permission === "read" ? "Integration.Read or Integration.Manage" : "Integration.Manage"}.`,
    tags: ["manage"],
    parameters: toParameters(route),
    ...(route.request && {
      requestBody: {
        required: !route.isBodyOptional,
        content: { ...toContent(route.request, "input"), ...toForm(route) },
      },
    }),
    responses: toResponses(route),
  };
}

function toParameters(route: ManageRoute): readonly Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: pathSchemas[name] ?? { type: "string" },
  }));
  const inQuery = Object.entries(route.query).map(([name, member]) => {
    const { description, schema } =
      typeof member === "string" ? { description: member, schema: querySchemas[name] } : member;
    return query(name, description, schema, requiredQuery.has(name));
  });
  const ifMatch = header("If-Match", "The ETag of what is meant.");
  const ifNoneMatch = header("If-None-Match", "The ETag of the answer that the caller has.");
  const ofJson = isConditional(route) ? [ifNoneMatch] : route.hasPrecondition ? [ifMatch] : [];
  const headers = route.answer === "file" ? fileHeaders : route.takesIdempotencyKey ? [idempotencyKey] : ofJson;
  return [...inPath, ...inQuery, ...(route.takesKeyFields ? [keyFields] : []), ...headers];
}

const idempotencyKey = header("Idempotency-Key", "The same key, bytes, entity and company are the same run.");

const pathSchemas: Readonly<Record<string, Json>> = {
  kind: { type: "string", enum: ["succeeded", "failed", "unprocessed"] },
  id: { type: "string", format: "uuid" },
  version: { type: "integer", minimum: 1 },
};

const time = { type: "string", format: "date-time" };
/** Of what is no plain text, by its name, which means the same on every route. */
const querySchemas: Readonly<Record<string, Json>> = {
  limit: { type: "integer", minimum: 1, maximum: 200, default: 50 },
  key: { type: "array", items: { type: "string" } },
  formatLike: { type: "array", items: { type: "string" } },
  leaveOut: { type: "boolean", default: false },
  count: { type: "integer", minimum: 0 },
  discard: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  execute: { type: "boolean", default: true },
  rows: { type: "string", enum: ["all", "rejected", "staged"], default: "all" },
  state: { type: "string", enum: [...messageStates, "parked"] },
  kind: { type: "string", enum: auditKinds },
  applicationId: { type: "string", format: "uuid" },
  person: { type: "string", format: "uuid" },
  since: { type: "integer", minimum: 1 },
  from: time,
  to: time,
};
const requiredQuery: ReadonlySet<string> = new Set(["count"]);

/** Any parameter that is named like a key field. */
const keyFields = {
  name: "keyFields",
  in: "query",
  description: "Each key field by its name, in place of key.",
  style: "form",
  explode: true,
  schema: { type: "object", additionalProperties: { type: "string" } },
};

function toResponses(route: ManageRoute): Json {
  if (route.answer === "file") return { ...fileAnswers("The file.", bytes), ...failures };
  const etag = { description: "The version, for If-Match.", schema: { type: "string" } };
  const location = { description: "Where it is.", schema: { type: "string" } };
  const isPost = route.method === "POST" && route.path.endsWith("/jobs");
  const isSave = route.hasPrecondition && route.method !== "DELETE";

  const content = route.answer ? { content: toContent(route.answer, "output") } : {};
  const weak = { description: "Weak, of what the answer says, for If-None-Match.", schema: { type: "string" } };
  const tag = namesVersion(route) ? etag : isConditional(route) ? weak : undefined;
  const done = { description: "Done.", ...content, ...(tag && { headers: { ETag: tag } }) };
  const known = isConditional(route) && { 304: { description: "The caller has it.", headers: { ETag: weak } } };
  const created = { description: "Created.", ...content, headers: { ETag: etag, Location: location } };
  const others = { ...(!isPost && { [route.status]: done }), ...known, ...failures };
  return { ...((isPost || isSave) && { 201: created }), ...others };
}

/** Every GET that answers JSON and names no version. */
function isConditional(route: ManageRoute): boolean {
  return route.method === "GET" && route.answer !== "file" && !namesVersion(route);
}

function toContent(body: NonNullable<ManageRoute["request"]>, io: "input" | "output"): Json {
  return body === "file" ? bytesOf(bytes) : jsonOf(nameOf(body, io));
}

type Form = NonNullable<ManageRoute["form"]>;

function toForm({ form }: ManageRoute): Json {
  if (!form) return {};
  const schema = { $ref: `#/components/schemas/${formName(form)}` };
  return { "multipart/form-data": { schema, encoding: { [form.part]: { contentType: "application/json" } } } };
}

function formName({ schema }: Form): string {
  return `${nameOf(schema, "input")}Form`;
}

/** The forms of all routes; their parts stand in this order. */
function toFormSchemas(): Json {
  const forms = Object.values(manageRoutes).flatMap(({ form }) => form ?? []);
  return Object.fromEntries(forms.map((form) => [formName(form), toFormSchema(form)]));
}

function toFormSchema({ part, schema }: Form): Json {
  const definition = { $ref: `#/components/schemas/${nameOf(schema, "input")}` };
  const file = { type: "string", contentMediaType: bytes };
  return { type: "object", properties: { [part]: definition, file }, required: [part, "file"] };
}
