// GET /          one line of text: clients test their connection here
// GET /healthz   200 while the app runs
import { app, type HttpResponseInit } from "@azure/functions";
import { probeEndpoint } from "../shared/app.ts";

const text = (body: string): HttpResponseInit => ({
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

app.http("healthRoot", {
  methods: ["GET"],
  // A route may not be empty, so the root is one optional segment that matches nothing.
  route: "{ignored:maxlength(0)?}",
  authLevel: "anonymous",
  handler: probeEndpoint(() => Promise.resolve(text("Recurring integrations are up.\n"))),
});

app.http("health", {
  methods: ["GET"],
  route: "healthz",
  authLevel: "anonymous",
  handler: probeEndpoint(() => Promise.resolve(text("healthy\n"))),
});
