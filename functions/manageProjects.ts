// GET    /manage/api/projects                  every data project
// GET    /manage/api/projects/{name}           one of them
// PUT    /manage/api/projects/{name}           create it, or replace the version that If-Match names
// DELETE /manage/api/projects/{name}           delete it, when no job runs it
// POST   /manage/api/projects/{name}/lines/{entity}/count    how many records a filter selects
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toProjectDetail, toProjectView } from "../shared/http/manageDefinitionWire.ts";
import { definitionHandlers, readNamed } from "../shared/http/manageDefinitions.ts";
import { countRequest } from "../shared/http/manageFilterSchema.ts";
import { projectRequest, toProject } from "../shared/http/manageProjectSchema.ts";
import { readName } from "../shared/http/manageRequest.ts";
import { filterOverrides } from "../shared/usecases/definitions/filtersInForce.ts";
import { loadProject } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeProject } from "../shared/usecases/definitions/removeDefinition.ts";
import { saveProject } from "../shared/usecases/definitions/saveProject.ts";
import { countSelected } from "../shared/usecases/watch/countSelected.ts";

export const handlers: ManageHandlers = {
  ...definitionHandlers({
    one: "Project",
    many: "Projects",
    list: (ports, page) => ports.definitions.list("project", page),
    load: loadProject,
    view: toProjectView,
    detail: async (ports, project) => toProjectDetail(project, await filterOverrides(ports, project.value)),
    idOf: ({ name }) => name,
    read: readNamed(projectRequest, toProject),
    save: saveProject,
    remove: removeProject,
  }),
  manageCountSelected: async ({ ports, id, request }) => {
    const question = await readManageBody(request, countRequest);
    const { filterFrom, ...counted } = await countSelected(ports, id, readName(request, "entity"), question);
    return { jsonBody: { ...counted, ...(filterFrom && { filterFrom }) } };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
