// GET    /manage/api/entities                  every data entity
// GET    /manage/api/entities/{name}           one of them
// PUT    /manage/api/entities/{name}           create it, or replace the version that If-Match names
// DELETE /manage/api/entities/{name}           delete it, when no project moves it and it holds no records
// The same for /manage/api/formats: source data formats.
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { publicBaseUrlOf, manageFunctions } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import { manageUrl, toEntityView, toFormatView } from "../shared/http/manageDefinitionWire.ts";
import { entityRequest, formatRequest, toEntity, toFormat } from "../shared/http/manageEntitySchema.ts";
import { toDefinitionReply, toListReply, toSavedReply } from "../shared/http/manageReply.ts";
import { readIfMatch, readName, readPage, requireSameName } from "../shared/http/manageRequest.ts";
import type { Ports } from "../shared/ports.ts";
import { listFormats } from "../shared/usecases/definitions/listFormats.ts";
import { loadEntity, loadFormat } from "../shared/usecases/definitions/loadDefinitions.ts";
import { removeEntity, removeFormat } from "../shared/usecases/definitions/removeDefinition.ts";
import { saveEntity } from "../shared/usecases/definitions/saveEntity.ts";
import { saveFormat } from "../shared/usecases/definitions/saveFormat.ts";

async function listEntities(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  return toListReply(await ports.definitions.list("entity", readPage(request)), toEntityView);
}

async function getEntity(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const entity = await loadEntity(ports, readName(request));
  return toDefinitionReply(toEntityView(entity), entity.etag);
}

async function putEntity(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const entity = toEntity(await readManageBody(request, entityRequest));
  requireSameName(readName(request), entity.name);
  const saved = await saveEntity(ports, entity, readIfMatch(request.headers), caller.applicationId);
  const location = manageUrl(publicBaseUrlOf(request), "entities", entity.name);
  return toSavedReply(saved, toEntityView(saved.definition), location);
}

async function deleteEntity(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  await removeEntity(ports, readName(request), readIfMatch(request.headers), caller.applicationId);
  return { status: 204 };
}

async function listKnownFormats(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  return toListReply(await listFormats(ports, readPage(request)), ({ format, saved }) => toFormatView(format, saved));
}

async function getFormat(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const { format, saved } = await loadFormat(ports, readName(request));
  return toDefinitionReply(toFormatView(format, saved), saved?.etag);
}

async function putFormat(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const format = toFormat(await readManageBody(request, formatRequest));
  requireSameName(readName(request), format.name);
  const saved = await saveFormat(ports, format, readIfMatch(request.headers), caller.applicationId);
  const location = manageUrl(publicBaseUrlOf(request), "formats", format.name);
  return toSavedReply(saved, toFormatView(format, saved.definition), location);
}

async function deleteFormat(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  await removeFormat(ports, readName(request), readIfMatch(request.headers), caller.applicationId);
  return { status: 204 };
}

export const handlers = {
  manageListEntities: listEntities,
  manageGetEntity: getEntity,
  managePutEntity: putEntity,
  manageDeleteEntity: deleteEntity,
  manageListFormats: listKnownFormats,
  manageGetFormat: getFormat,
  managePutFormat: putFormat,
  manageDeleteFormat: deleteFormat,
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
