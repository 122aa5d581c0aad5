// GET /manage/api/sign-in    where and how people sign in, for anybody
// GET /manage/api/me         who the caller is, and whether they may change anything
import { app } from "@azure/functions";
import { anonymousFunction, manageFunctions, signIn } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { refuseUnknownQuery } from "../shared/http/manageQuery.ts";
import { toMeReply } from "../shared/http/manageReply.ts";

/** It changes with a deployment alone. */
const cached = { "cache-control": "public, max-age=300" };

export const handlers: ManageHandlers = {
  manageGetMe: async ({ caller }) => toMeReply(caller),
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
app.http(
  ...anonymousFunction("manageGetSignIn", "manage/api/sign-in", async (request) => {
    refuseUnknownQuery(request, []);
    return { jsonBody: signIn, headers: cached };
  }),
);
