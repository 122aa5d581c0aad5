// GET    /manage/api/projects                  every data project
// GET    /manage/api/projects/{name}           one of them
// PUT    /manage/api/projects/{name}           create it, or replace the version that If-Match names
// DELETE /manage/api/projects/{name}           delete it, when no job runs it
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { publicBaseUrlOf, manageFunctions } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import { manageUrl, toProjectView } from "../shared/http/manageDefinitionWire.ts";
import { projectRequest, toProject } from "../shared/http/manageProjectSchema.ts";
import { toDefinitionReply, toListReply, toSavedReply } from "../shared/http/manageReply.ts";
import { readIfMatch, readName, readPage, requireSameName } from "../shared/http/manageRequest.ts";
import type { Ports } from "../shared/ports.ts";
import { loadProject } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeProject } from "../shared/usecases/definitions/removeDefinition.ts";
import { saveProject } from "../shared/usecases/definitions/saveProject.ts";

async function listProjects(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  return toListReply(await ports.definitions.list("project", readPage(request)), toProjectView);
}

async function getProject(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const project = await loadProject(ports, readName(request));
  return toDefinitionReply(toProjectView(project), project.etag);
}

async function putProject(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const project = toProject(await readManageBody(request, projectRequest));
  requireSameName(readName(request), project.name);
  const saved = await saveProject(ports, project, readIfMatch(request.headers), caller.applicationId);
  const location = manageUrl(publicBaseUrlOf(request), "projects", project.name);
  return toSavedReply(saved, toProjectView(saved.definition), location);
}

async function deleteProject(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  await removeProject(ports, readName(request), readIfMatch(request.headers), caller.applicationId);
  return { status: 204 };
}

export const handlers = {
  manageListProjects: listProjects,
  manageGetProject: getProject,
  managePutProject: putProject,
  manageDeleteProject: deleteProject,
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
