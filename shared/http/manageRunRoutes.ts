import { z } from "zod";
import { idMember } from "./manageMembers.ts";
import { change, type ManageRoute } from "./manageRoute.ts";
import { invalidQuery, readFileName } from "./manageRequest.ts";
import { readIdempotencyKey, readQuery, type ServiceRequest } from "./request.ts";
import { asAnswer } from "./schemaNames.ts";
import { readUpload } from "./upload.ts";
import type { ImportWish } from "../usecases/runs/openProjectRuns.ts";
import type { Upload } from "../usecases/enqueue/enqueueMessage.ts";

const startedRun = asAnswer(
  "StartedRun",
  z.strictObject({
    messageId: idMember.meta({ description: "What the run imports: GET messages/{id}." }),
    executionId: idMember.exactOptional().meta({ description: "The run itself: GET executions/{id}." }),
  }),
);

/** Runs of a project that somebody asks for, and no recurring job. */
export const runRoutes: Readonly<Record<string, ManageRoute>> = {
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
    },
    request: "file",
    takesIdempotencyKey: true,
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
  return { wish: { project, source, ...(company !== undefined && { company }) }, upload };
}
