// GET /manage/api/openapi.json    the description of the service, for anybody: it holds no data
import { app, type HttpResponseInit } from "@azure/functions";
import { anonymousEndpoint, publicBaseUrlOf } from "../shared/app.ts";
import type { ServiceRequest } from "../shared/http/request.ts";
import { toOpenApi } from "../shared/http/openApi.ts";

function getOpenApi(request: ServiceRequest): Promise<HttpResponseInit> {
  return Promise.resolve({ jsonBody: toOpenApi(publicBaseUrlOf(request)) });
}

app.http("manageGetOpenApi", {
  methods: ["GET"],
  route: "manage/api/openapi.json",
  authLevel: "anonymous",
  handler: anonymousEndpoint(getOpenApi),
});
