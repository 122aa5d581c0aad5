// GET    /manage/api/entities                  every data entity
// GET    /manage/api/entities/{name}           one of them
// PUT    /manage/api/entities/{name}           create it, or replace the version that If-Match names
// DELETE /manage/api/entities/{name}           delete it, when no project moves it and it holds no records
// POST   /manage/api/entities/{name}/check     why a save of it would be refused
// The same for /manage/api/formats: source data formats.
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toEntityView, toFormatView } from "../shared/http/manageDefinitionWire.ts";
import { definitionHandlers, readNamed } from "../shared/http/manageDefinitions.ts";
import { entityRequest, toEntity } from "../shared/http/manageEntitySchema.ts";
import { formatRequest, toFormat } from "../shared/http/manageFormatSchema.ts";
import { listFormats } from "../shared/usecases/definitions/listFormats.ts";
import { type KnownFormat, loadEntity, loadFormat } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeEntity, removeFormat } from "../shared/usecases/definitions/removeDefinition.ts";
import { entityRules, saveEntity } from "../shared/usecases/definitions/saveEntity.ts";
import { formatRules, saveFormat } from "../shared/usecases/definitions/saveFormat.ts";

export const handlers: ManageHandlers = {
  ...definitionHandlers({
    kind: "entity",
    one: "Entity",
    many: "Entities",
    list: (ports, page) => ports.definitions.list("entity", page),
    load: loadEntity,
    view: toEntityView,
    idOf: ({ name }) => name,
    read: readNamed(entityRequest, toEntity),
    save: saveEntity,
    rules: entityRules,
    remove: removeEntity,
  }),
  ...definitionHandlers<"format", KnownFormat>({
    kind: "format",
    one: "Format",
    many: "Formats",
    list: listFormats,
    load: loadFormat,
    view: toFormatView,
    idOf: ({ name }) => name,
    read: readNamed(formatRequest, toFormat),
    save: saveFormat,
    rules: formatRules,
    remove: removeFormat,
  }),
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
