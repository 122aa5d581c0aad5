// GET /manage/api/executions/{id}                            one run of a project
// GET /manage/api/executions/{id}/errors                     what went wrong in it
// GET /manage/api/executions/{id}/package                    the data package that an export made
// POST /manage/api/executions/{id}/cancel                    end it before its time
// GET /manage/api/executions/{id}/results/{entity}/{kind}    its succeeded, failed or unprocessed records, as a file
// GET /manage/api/executions/{id}/rejected/{entity}          its rejected records, by their cells
// GET /manage/api/entities/{name}/records                    the stored records of an entity
// GET /manage/api/entities/{name}/records/count              how many there are
// DELETE /manage/api/entities/{name}/records                 remove them all, when there are as many as the caller says
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import { errorsMax, toRunErrorsReply } from "../shared/http/manageErrorSchema.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toRejectedReply } from "../shared/http/manageMendSchema.ts";
import { toExecutionView, toRecordView } from "../shared/http/manageMessageWire.ts";
import { readCompany, readEmptyingWish, readRecordQuery, readResultKind } from "../shared/http/manageQuery.ts";
import { toListReply } from "../shared/http/manageReply.ts";
import { readName, readPage } from "../shared/http/manageRequest.ts";
import { cancelExecution } from "../shared/usecases/operate/cancelRun.ts";
import { emptyEntity } from "../shared/usecases/operate/emptyEntity.ts";
import { countEntityRecords } from "../shared/usecases/watch/countEntityRecords.ts";
import { getExecution } from "../shared/usecases/watch/getExecution.ts";
import { listErrors } from "../shared/usecases/watch/listErrors.ts";
import { listRecords } from "../shared/usecases/watch/listRecords.ts";
import { listRejectedRows } from "../shared/usecases/watch/listRejectedRows.ts";
import { openExported } from "../shared/usecases/watch/openExported.ts";
import { openResultFile } from "../shared/usecases/watch/openResultFile.ts";

export const handlers: ManageHandlers = {
  manageGetExecution: async ({ ports, id, baseUrl }) => ({
    jsonBody: toExecutionView(await getExecution(ports, id), baseUrl),
  }),
  manageListExecutionErrors: async ({ ports, id, request }) =>
    toRunErrorsReply(await listErrors(ports, id, readPage(request, errorsMax))),
  manageGetExecutionPackage: async ({ ports, id, request }) => toFileReply(request, await openExported(ports, id)),
  manageCancelExecution: async ({ ports, id, by, baseUrl }) => ({
    jsonBody: toExecutionView(await cancelExecution(ports, id, by), baseUrl),
  }),
  manageGetExecutionResult: async ({ ports, id, request }) =>
    toFileReply(request, await openResultFile(ports, id, readName(request, "entity"), readResultKind(request))),
  manageListRejectedRows: async ({ ports, id, request }) =>
    toRejectedReply(await listRejectedRows(ports, id, readName(request, "entity"), readPage(request))),
  manageCountEntityRecords: async ({ ports, id, request }) => ({
    jsonBody: await countEntityRecords(ports, id, readCompany(request)),
  }),
  manageEmptyEntity: async ({ ports, id, request, by }) => ({
    jsonBody: await emptyEntity(ports, id, readEmptyingWish(request), by),
  }),
  manageListEntityRecords: async ({ ports, id, request }) => {
    const page = await listRecords(ports, id, readRecordQuery(request), readPage(request));
    return toListReply(page, (record) => toRecordView(page.entity, record));
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
