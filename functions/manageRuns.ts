// GET  /manage/api/projects/{name}/runs      its imports and exports that no recurring job started
// POST /manage/api/projects/{name}/import    import a file or a package by a project, by no recurring job
// POST /manage/api/projects/{name}/export    export by a project, by no recurring job
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toProjectRunView } from "../shared/http/manageRunWire.ts";
import { toListReply } from "../shared/http/manageReply.ts";
import { readPage } from "../shared/http/manageRequest.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import { exportRequest, readImport, toExportWish } from "../shared/http/manageRunRoutes.ts";
import { listProjectRuns } from "../shared/usecases/watch/listProjectRuns.ts";
import { exportNow } from "../shared/usecases/runs/exportNow.ts";
import { importNow } from "../shared/usecases/runs/importNow.ts";

export const handlers: ManageHandlers = {
  manageListProjectRuns: async ({ ports, id, request, baseUrl }) =>
    toListReply(await listProjectRuns(ports, id, readPage(request)), (run) => toProjectRunView(run, baseUrl)),
  manageImportProject: async ({ ports, id, request, by }) => {
    const { wish, upload } = readImport(request, id, by.applicationId);
    return { status: 202, jsonBody: await importNow(ports, wish, upload, by) };
  },
  manageExportProject: async ({ ports, id, request, by }) => {
    const asked = await readManageBody(request, exportRequest);
    return { status: 202, jsonBody: await exportNow(ports, toExportWish(id, asked), by) };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
