// GET /manage/api/executions/{id}                            one run of a project
// GET /manage/api/executions/{id}/results/{entity}/{kind}    its succeeded, failed or unprocessed records, as a file
// GET /manage/api/entities/{name}/records                    the stored records of an entity
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { publicBaseUrlOf, manageFunctions } from "../shared/app.ts";
import { DomainError } from "../shared/domain/errors.ts";
import { toExecutionView, toRecordView } from "../shared/http/manageMessageWire.ts";
import { toFileReply, toListReply } from "../shared/http/manageReply.ts";
import { readName, readPage } from "../shared/http/manageRequest.ts";
import { readQuery, requireGuid } from "../shared/http/request.ts";
import type { Ports } from "../shared/ports.ts";
import { listRecords } from "../shared/usecases/watch/listRecords.ts";
import { openResultFile } from "../shared/usecases/watch/openResultFile.ts";

const kinds = ["succeeded", "failed", "unprocessed"] as const;
/** Names of the query that a key field of the same name cannot use; `key` says it then. */
const pageNames = new Set(["limit", "continuation", "company", "key"]);

const executionIdOf = (request: HttpRequest): string => requireGuid(request.params["id"], "execution id");

async function getExecution(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const id = executionIdOf(request);
  const execution = await ports.executions.find(id);
  if (!execution) throw new DomainError("notFound", `There is no execution ${id}; it may be past its retention.`);
  return { jsonBody: toExecutionView(execution, publicBaseUrlOf(request)) };
}

async function getResult(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const kind = kinds.find((known) => known === request.params["kind"]?.toLowerCase());
  if (!kind) throw new DomainError("notFound", `Results are ${kinds.join(", ")}.`);
  return toFileReply(await openResultFile(ports, executionIdOf(request), readName(request, "entity"), kind));
}

async function listEntityRecords(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const named = new Map([...readQuery(request.url)].filter(([name]) => !pageNames.has(name)));
  const company = readQuery(request.url).get("company");
  const key = new URL(request.url).searchParams.getAll("key");
  const page = await listRecords(ports, readName(request), { company, key, named }, readPage(request));
  return toListReply(page, (record) => toRecordView(page.entity, record));
}

export const handlers = {
  manageGetExecution: getExecution,
  manageGetExecutionResult: getResult,
  manageListEntityRecords: listEntityRecords,
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
