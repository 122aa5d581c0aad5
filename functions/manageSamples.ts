// POST /manage/api/entities/{name}/infer     propose an entity and a field map from a sample file
// POST /manage/api/projects/{name}/sample    make or update lines of a project from a data file or a data package
// GET  /manage/api/projects/{name}/lines/{entity}/sample     the file that a line has as its sample
// POST /manage/api/projects/{name}/lines/{entity}/preview    what an import of a file would come to
// POST /manage/api/formats/{name}/try        what a format makes of a file
// POST /manage/api/projects/{name}/from-manifest          make a project of a data package's manifest
// POST /manage/api/projects/{name}/from-manifest/check    what project that would be
// GET  /manage/api/projects/{name}/package-template    a data package without records, to be filled
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import type { ManageCall, ManageHandlers } from "../shared/http/manageCall.ts";
import { manageUrl, toProposedView } from "../shared/http/manageDefinitionWire.ts";
import { readManifestWish, toManifestView } from "../shared/http/manageManifestSchema.ts";
import { readSampleUpload } from "../shared/http/manageQuery.ts";
import { toPreviewView } from "../shared/http/managePreviewSchema.ts";
import { toDefinitionReply, toSavedReply } from "../shared/http/manageReply.ts";
import { readIfMatch, readName, readPage } from "../shared/http/manageRequest.ts";
import { readTrial, toTriedView } from "../shared/http/manageTryCall.ts";
import { readQuery } from "../shared/http/request.ts";
import { readFileBody } from "../shared/http/upload.ts";
import { readManifestSource } from "../shared/usecases/manifests/manifestSource.ts";
import { checkManifest, isUsable, projectFromManifest } from "../shared/usecases/manifests/projectFromManifest.ts";
import { inferEntity } from "../shared/usecases/samples/inferEntity.ts";
import { openSampleFile } from "../shared/usecases/samples/openSampleFile.ts";
import { packageTemplate } from "../shared/usecases/samples/packageTemplate.ts";
import { previewLine } from "../shared/usecases/samples/previewLine.ts";
import { tryFormat } from "../shared/usecases/samples/tryFormat.ts";
import { sampleProject } from "../shared/usecases/samples/sampleProject.ts";

async function readWish({ ports, request }: ManageCall) {
  const wish = readManifestWish(request);
  return { ...wish, source: await readManifestSource(ports, readFileBody(request)) };
}

export const handlers: ManageHandlers = {
  manageGetPackageTemplate: async ({ ports, id, request }) => toFileReply(request, await packageTemplate(ports, id)),
  manageGetSample: async ({ ports, id, request }) => {
    const named = { project: id, entity: readName(request, "entity") };
    return toFileReply(request, await openSampleFile(ports, named));
  },
  manageProjectFromManifest: async (call) => {
    const { ports, request, by, baseUrl } = call;
    const ifMatch = readIfMatch(request.headers);
    const wish = await readWish(call);
    const { saved, draft } = await projectFromManifest(ports, wish, ifMatch, by);
    const { definitionGroupName } = wish.source.manifest;
    const view = toManifestView(draft, { definitionGroupName, isValid: true, exists: !saved.isNew });
    return toSavedReply(saved, view, manageUrl(baseUrl, "projects", saved.definition.value.name));
  },
  manageCheckManifest: async (call) => {
    const wish = await readWish(call);
    const { draft, etag } = await checkManifest(call.ports, wish);
    const { definitionGroupName } = wish.source.manifest;
    const facts = { definitionGroupName, isValid: isUsable(wish, draft), exists: etag !== undefined };
    return toDefinitionReply(toManifestView(draft, facts), etag);
  },
  manageInferEntity: async ({ ports, id, request }) => {
    const format = readQuery(request.url).get("format") ?? "CSV";
    return { jsonBody: toProposedView(await inferEntity(ports, id, format, readFileBody(request))) };
  },
  manageTryFormat: async (call) => {
    const { format, wish } = await readTrial(call);
    return { jsonBody: toTriedView(format.name, wish.fileName, await tryFormat(call.ports, format, wish)) };
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
