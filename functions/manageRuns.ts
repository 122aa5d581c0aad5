// POST /manage/api/projects/{name}/import    import a file or a package by a project, by no recurring job
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { readImport } from "../shared/http/manageRunRoutes.ts";
import { importNow } from "../shared/usecases/runs/importNow.ts";

export const handlers: ManageHandlers = {
  manageImportProject: async ({ ports, id, request, by }) => {
    const { wish, upload } = readImport(request, id, by.applicationId);
    return { status: 202, jsonBody: await importNow(ports, wish, upload, by) };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
