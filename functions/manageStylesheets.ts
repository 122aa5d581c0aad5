// GET    /manage/api/stylesheets          every stylesheet
// GET    /manage/api/stylesheets/{name}   one of them
// PUT    /manage/api/stylesheets/{name}   create it, or replace the version that If-Match names: JSON, or the XML alone
// DELETE /manage/api/stylesheets/{name}   delete it, when no line of a project applies it
// POST   /manage/api/stylesheets/{name}/check   why a save of it would be refused
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toStylesheetView } from "../shared/http/manageDefinitionWire.ts";
import { definitionHandlers } from "../shared/http/manageDefinitions.ts";
import { readStylesheet } from "../shared/http/manageStylesheetBody.ts";
import { loadStylesheet } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeStylesheet } from "../shared/usecases/definitions/removeDefinition.ts";
import { saveStylesheet, stylesheetRules } from "../shared/usecases/definitions/saveStylesheet.ts";

export const handlers: ManageHandlers = definitionHandlers({
  kind: "stylesheet",
  one: "Stylesheet",
  many: "Stylesheets",
  list: (ports, page) => ports.definitions.list("stylesheet", page),
  load: loadStylesheet,
  view: toStylesheetView,
  idOf: ({ name }) => name,
  read: readStylesheet,
  save: saveStylesheet,
  rules: stylesheetRules,
  remove: removeStylesheet,
});

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
