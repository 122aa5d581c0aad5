// POST /manage/api/entities/{name}/infer     propose an entity and a field map from a sample file
// POST /manage/api/projects/{name}/sample    make or update lines of a project from a data file or a data package
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { toEtag, readFileBody, readFileName, readName } from "../shared/http/manageRequest.ts";
import { readQuery } from "../shared/http/request.ts";
import type { Ports } from "../shared/ports.ts";
import { inferEntity } from "../shared/usecases/samples/inferEntity.ts";
import { sampleProject } from "../shared/usecases/samples/sampleProject.ts";

async function infer(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const format = readQuery(request.url).get("format") ?? "CSV";
  const proposed = await inferEntity(ports, readName(request), format, readFileBody(request));
  const { columns, ...rest } = proposed;
  const shown = columns.map(({ column, field, reason }) => ({ column, field: field.name, type: field.type, reason }));
  return { jsonBody: { ...rest, columns: shown } };
}

async function sample(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const query = readQuery(request.url);
  const fileName = readFileName(query.get("filename"));
  const upload = { fileName, entity: query.get("entity"), format: query.get("format"), body: readFileBody(request) };
  const { project, lines } = await sampleProject(ports, readName(request), upload, caller.applicationId);
  const isValid = lines.every((line) => line.isValid);
  return { headers: { etag: toEtag(project.etag) }, jsonBody: { project: project.value.name, isValid, lines } };
}

export const handlers = { manageInferEntity: infer, manageSampleProject: sample };

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
