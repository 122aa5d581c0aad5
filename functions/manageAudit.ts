// GET /manage/api/audit    who did what, newest first
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import { readAuditFilter } from "../shared/http/manageAuditQuery.ts";
import { toAuditView } from "../shared/http/manageDefinitionWire.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toListReply } from "../shared/http/manageReply.ts";
import { readPage } from "../shared/http/manageRequest.ts";

export const handlers: ManageHandlers = {
  manageListAudit: async ({ ports, request }) =>
    toListReply(await ports.audit.list(readAuditFilter(request), readPage(request)), toAuditView),
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
