// GET    /manage/api/projects                  every data project
// GET    /manage/api/projects/{name}           one of them
// PUT    /manage/api/projects/{name}           create it, or replace the version that If-Match names
// DELETE /manage/api/projects/{name}           delete it, when no job runs it
// POST   /manage/api/projects/{name}/lines/{entity}/map/generate    build the line's map anew, by name
// DELETE /manage/api/projects/{name}/lines/{entity}/map      take the line's map away
// POST   /manage/api/projects/{name}/lines/{entity}/count    how many records a filter selects
// POST   /manage/api/projects/{name}/check                 why a save of it would be refused
// POST   /manage/api/projects/{name}/lines/{entity}/check  what is wrong with one line, before it is saved
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { isSameName } from "../shared/domain/dataEntity.ts";
import type { DataProject } from "../shared/domain/dataProject.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import { toCheckReply } from "../shared/http/manageCheck.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toProjectDetail, toProjectView } from "../shared/http/manageDefinitionWire.ts";
import { definitionHandlers, readNamed } from "../shared/http/manageDefinitions.ts";
import { countRequest } from "../shared/http/manageFilterSchema.ts";
import { lineRequest, projectRequest, toLine, toProject } from "../shared/http/manageProjectSchema.ts";
import { toDefinitionReply } from "../shared/http/manageReply.ts";
import { readName } from "../shared/http/manageRequest.ts";
import type { Ports } from "../shared/ports.ts";
import type { Definition } from "../shared/ports/definitions.ts";
import { checkLine } from "../shared/usecases/definitions/checkLine.ts";
import { filterOverrides } from "../shared/usecases/definitions/filtersInForce.ts";
import { lineValidations } from "../shared/usecases/definitions/lineValidation.ts";
import { loadProject } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeProject } from "../shared/usecases/definitions/removeDefinition.ts";
import { projectRules, saveProject } from "../shared/usecases/definitions/saveProject.ts";
import { generateMap, resetMap } from "../shared/usecases/samples/generateMap.ts";
import { countSelected } from "../shared/usecases/watch/countSelected.ts";

async function toDetail(ports: Ports, project: Definition<DataProject>) {
  const overrides = await filterOverrides(ports, project.value);
  return toProjectDetail(project, overrides, await lineValidations(ports, project.value));
}

async function toReply(ports: Ports, project: Definition<DataProject>) {
  return toDefinitionReply(await toDetail(ports, project), project.etag);
}

export const handlers: ManageHandlers = {
  ...definitionHandlers({
    kind: "project",
    one: "Project",
    many: "Projects",
    list: (ports, page) => ports.definitions.list("project", page),
    load: loadProject,
    view: toProjectView,
    detail: toDetail,
    idOf: ({ name }) => name,
    read: readNamed(projectRequest, toProject),
    save: saveProject,
    rules: projectRules,
    remove: removeProject,
  }),
  manageGenerateMap: async ({ ports, id, request, by }) => {
    const named = { project: id, entity: readName(request, "entity") };
    return toReply(ports, await generateMap(ports, named, by));
  },
  manageResetMap: async ({ ports, id, request, by }) => {
    const named = { project: id, entity: readName(request, "entity") };
    return toReply(ports, await resetMap(ports, named, by));
  },
  manageCheckLine: ({ ports, id, request }) => {
    const entity = readName(request, "entity");
    return toCheckReply(
      async () => toLine(await readManageBody(request, lineRequest)),
      (line) => checkLine(ports, id, entity, line),
      async () => (await loadProject(ports, id)).value.lines.some((line) => isSameName(line.entity, entity)),
    );
  },
  manageCountSelected: async ({ ports, id, request }) => {
    const question = await readManageBody(request, countRequest);
    const { filterFrom, ...counted } = await countSelected(ports, id, readName(request, "entity"), question);
    return { jsonBody: { ...counted, ...(filterFrom && { filterFrom }) } };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
