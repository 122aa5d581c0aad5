// POST /manage/api/entities/{name}/infer     propose an entity and a field map from a sample file
// POST /manage/api/projects/{name}/sample    make or update lines of a project from a data file or a data package
// POST /manage/api/projects/{name}/lines/{entity}/preview    what an import of a file would come to
// GET  /manage/api/projects/{name}/package-template    a data package without records, to be filled
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toProposedView } from "../shared/http/manageDefinitionWire.ts";
import { readSampleUpload } from "../shared/http/manageQuery.ts";
import { toPreviewView } from "../shared/http/managePreviewSchema.ts";
import { toDefinitionReply } from "../shared/http/manageReply.ts";
import { readName, readPage } from "../shared/http/manageRequest.ts";
import { readQuery } from "../shared/http/request.ts";
import { readFileBody } from "../shared/http/upload.ts";
import { inferEntity } from "../shared/usecases/samples/inferEntity.ts";
import { packageTemplate } from "../shared/usecases/samples/packageTemplate.ts";
import { previewLine } from "../shared/usecases/samples/previewLine.ts";
import { sampleProject } from "../shared/usecases/samples/sampleProject.ts";

export const handlers: ManageHandlers = {
  manageGetPackageTemplate: async ({ ports, id, request }) => toFileReply(request, await packageTemplate(ports, id)),
  manageInferEntity: async ({ ports, id, request }) => {
    const format = readQuery(request.url).get("format") ?? "CSV";
    return { jsonBody: toProposedView(await inferEntity(ports, id, format, readFileBody(request))) };
  },
  managePreviewLine: async ({ ports, id, request }) => {
    const { fileName, body } = readSampleUpload(request);
    const { limit } = readPage(request);
    const company = readQuery(request.url).get("company");
    const named = { project: id, entity: readName(request, "entity") };
    return { jsonBody: toPreviewView(await previewLine(ports, named, { fileName, company, limit, body })) };
  },
  manageSampleProject: async ({ ports, id, request, by }) => {
    const { project, lines } = await sampleProject(ports, id, readSampleUpload(request), by);
    const isValid = lines.every((line) => line.isValid);
    return toDefinitionReply({ project: project.value.name, isValid, lines }, project.etag);
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
