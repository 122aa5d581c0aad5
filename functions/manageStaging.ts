// GET /manage/api/executions/{id}/staging/{entity}               the rows of a run that stay in staging
// GET /manage/api/executions/{id}/staging/{entity}/file          the same as a file
// GET /manage/api/executions/{id}/staging-package                those of all its entities as a data package
// GET /manage/api/executions/{id}/staging/{entity}/rows/{line}   one of them
// PUT /manage/api/executions/{id}/staging/{entity}/rows/{line}   change and validate it
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toDefinitionReply, toListReply } from "../shared/http/manageReply.ts";
import { readIfMatch, readName, readPage } from "../shared/http/manageRequest.ts";
import { readLine, readStagedState, stagedRowRequest, toStagedRowView } from "../shared/http/manageStagingSchema.ts";
import { editStagedRow } from "../shared/usecases/operate/editStagedRow.ts";
import { openStagingFile } from "../shared/usecases/watch/openStagingFile.ts";
import { openStagingPackage } from "../shared/usecases/watch/openStagingPackage.ts";
import { getStagedRow, listStagedRows, type ShownRow } from "../shared/usecases/watch/stagedRows.ts";

const entityOf = (request: { readonly params: Readonly<Record<string, string>> }): string =>
  readName(request, "entity");
const toRowReply = (shown: ShownRow) => toDefinitionReply(toStagedRowView(shown), String(shown.row.revision));

export const handlers: ManageHandlers = {
  manageListStagedRows: async ({ ports, id, request }) =>
    toListReply(
      await listStagedRows(ports, id, entityOf(request), readStagedState(request), readPage(request)),
      toStagedRowView,
    ),
  manageGetStagingFile: async ({ ports, id, request }) =>
    toFileReply(request, await openStagingFile(ports, id, entityOf(request), readStagedState(request))),
  manageGetStagingPackage: async ({ ports, id, request }) =>
    toFileReply(request, await openStagingPackage(ports, id, readStagedState(request))),
  manageGetStagedRow: async ({ ports, id, request }) =>
    toRowReply(await getStagedRow(ports, id, entityOf(request), readLine(request))),
  managePutStagedRow: async ({ ports, id, request, by }) => {
    const line = readLine(request);
    const { values } = await readManageBody(request, stagedRowRequest);
    const edit = { executionId: id, entity: entityOf(request), line, values, ifMatch: readIfMatch(request.headers) };
    return toRowReply(await editStagedRow(ports, edit, by));
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
