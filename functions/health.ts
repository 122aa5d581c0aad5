// GET /                one line of text: clients test their connection here
// GET /healthz         200 while the app runs
// GET /healthz/ready   200 while everything answers that it needs, else 503
// HEAD of each         the same, for balancers that probe with it
import { app, type HttpResponseInit } from "@azure/functions";
import { askReady, probeFunction } from "../shared/app.ts";
import { toReadyReply } from "../shared/http/readiness.ts";

const text = (body: string) => (): Promise<HttpResponseInit> =>
  Promise.resolve({ status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body });

// A route may not be empty, so the root is one optional segment that matches nothing.
app.http(...probeFunction("healthRoot", "{ignored:maxlength(0)?}", text("Recurring integrations are up.\n")));
app.http(...probeFunction("health", "healthz", text("healthy\n")));
app.http(...probeFunction("healthReady", "healthz/ready", async () => toReadyReply(await askReady())));
