import { z } from "zod";
import { executionStates } from "../domain/execution.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { entitySummary } from "./manageListSchema.ts";
import { projectLinesMax } from "../domain/dataProject.ts";
import {
  companyMember,
  idMember,
  linksMember,
  nameMember,
  requesterMember,
  printableText,
  timeMember,
  wholeNumber,
} from "./manageMembers.ts";
import { change, type ManageRoute, page, read } from "./manageRoute.ts";
import { invalidQuery, readFileName } from "./manageRequest.ts";
import { readIdempotencyKey, readQuery, type ServiceRequest } from "./request.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";
import { readUpload } from "./upload.ts";
import type { ExportWish } from "../usecases/runs/exportNow.ts";
import type { ImportWish } from "../usecases/runs/openImports.ts";
import type { Upload } from "../usecases/enqueue/enqueueMessage.ts";

const recordsMaxMax = 1_000_000_000;

const startedRun = asAnswer(
  "StartedRun",
  z.strictObject({
    messageId: idMember.meta({ description: "What the run imports, or the export: GET messages/{id}." }),
    executionId: idMember.exactOptional().meta({
      description:
        "The run itself: GET executions/{id}. Absent while the message waits for one that was asked for again.",
    }),
  }),
);

const executionIdMember = printableText(1, 200).exactOptional().meta({
  description:
    "What the caller calls the run: the same id again is the same run, and anything else under it is refused (422).",
});

export const exportRequest = asRequest(
  "ExportRequest",
  z.strictObject({
    company: companyMember.exactOptional().meta({ description: "Required for a per-company entity." }),
    entities: z
      .array(nameMember)
      .min(1)
      .max(projectLinesMax)
      .exactOptional()
      .meta({ description: "Labels or AOT names; all enabled lines when left out." }),
    refresh: z.enum(["full", "incremental"]).exactOptional().meta({
      description:
        "All records, or what changed since the last such export of the project; as each line says when left out.",
    }),
    recordsMax: wholeNumber(0, recordsMaxMax)
      .exactOptional()
      .meta({ description: "So many records of each entity, to look at; 0 for all. The rest stays to be delivered." }),
    executionId: executionIdMember,
    repeat: z.boolean().exactOptional().meta({ description: "Runs again what has ended under the same executionId." }),
  }),
);

const projectRun = asAnswer(
  "ProjectRun",
  z.strictObject({
    messageId: idMember,
    executionId: idMember.exactOptional().meta({ description: "Of its last run: GET executions/{id}." }),
    requestedId: z.string().exactOptional().meta({ description: "What the one who asked calls the run." }),
    requestedAt: timeMember,
    requestedBy: requesterMember.exactOptional(),
    direction: z.enum(["import", "export"]),
    state: z.enum(executionStates),
    company: z.string().exactOptional(),
    externalIdentifier: z.string().exactOptional().meta({ description: "What an imported file is called." }),
    startedAt: timeMember.exactOptional(),
    finishedAt: timeMember.exactOptional(),
    entities: z.array(entitySummary),
    warnings: z.int().min(0),
    failure: z.string().exactOptional(),
    sizeBytes: z.int().min(0).exactOptional().meta({ description: "Of its file, or of the package that it made." }),
    links: linksMember,
  }),
);

/** Runs of a project that somebody asks for, and no recurring job. */
export const runRoutes: Readonly<Record<string, ManageRoute>> = {
  manageListProjectRuns: read({
    path: "projects/{name}/runs",
    summary: "The imports and exports of a project that no job started, newest first.",
    query: page,
    answer: listOf("ProjectRunPage", projectRun),
  }),
  manageImportProject: change({
    method: "POST",
    path: "projects/{name}/import",
    summary: "Imports a data file or a data package by a project, at once and by no job.",
    query: {
      source: {
        description: "What the body is.",
        schema: { type: "string", enum: ["file", "package"], default: "file" },
      },
      entity: "The data entity of a file; may be left out where the project has one enabled line.",
      company: "The legal entity; required for a per-company entity.",
      filename: "How messages call the file.",
      execute: {
        description: "false keeps the records in staging; as the project says when left out.",
        schema: { type: "boolean" },
      },
      failOnError: {
        description: "true ends it at the first entity with a rejected record, whose records then stay out as well.",
        schema: { type: "boolean", default: false },
      },
      executionId: "What the caller calls the run: the same id again is the same run.",
    },
    request: "file",
    takesIdempotencyKey: true,
    status: 202,
    answer: startedRun,
  }),
  manageExportProject: change({
    method: "POST",
    path: "projects/{name}/export",
    summary: "Exports by a project, at once and by no job, into a package that GET messages/{id}/content downloads.",
    request: exportRequest,
    status: 202,
    answer: startedRun,
  }),
};

/** What is to be imported by the project, and the bytes of it as a stream. */
export function readImport(
  request: Pick<ServiceRequest, "url" | "headers" | "body">,
  project: string,
  applicationId: string,
): { readonly wish: ImportWish; readonly upload: Upload } {
  const query = readQuery(request.url);
  const source = query.get("source")?.toLowerCase() ?? "file";
  if (source !== "file" && source !== "package") throw invalidQuery("source", "Either file or package.");
  const company = query.get("company");
  const externalIdentifier = readFileName(query.get("filename"));
  const idempotencyKey = readIdempotencyKey(request.headers);
  const upload = { ...readUpload(request, applicationId), externalIdentifier, idempotencyKey };
  const executionId = query.get("executionid");
  const execute = readFlag("execute", query.get("execute"));
  const failOnError = readFlag("failOnError", query.get("failonerror")) ?? false;
  const asked = { ...(company !== undefined && { company }), ...(execute !== undefined && { execute }) };
  const wish = {
    project,
    source,
    ...asked,
    failOnError,
    ...(executionId !== undefined && { requestedId: executionId }),
  } as const;
  return { wish, upload };
}

function readFlag(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw invalidQuery(name, "Either true or false.");
}

/** What is to be exported by the project. */
export function toExportWish(project: string, asked: z.output<typeof exportRequest>): ExportWish {
  const { executionId, repeat, ...rest } = asked;
  return {
    project,
    ...rest,
    ...(executionId !== undefined && { requestedId: executionId }),
    ...(repeat !== undefined && { isRepeated: repeat }),
  };
}
