// GET /manage/api/openapi.json    the description of the service, for anybody: it holds no data
import { app } from "@azure/functions";
import { anonymousEndpoint, publicBaseUrlOf } from "../shared/app.ts";
import { toOpenApiReply } from "../shared/http/openApiDocument.ts";

app.http("manageGetOpenApi", {
  methods: ["GET"],
  route: "manage/api/openapi.json",
  authLevel: "anonymous",
  handler: anonymousEndpoint((request) => Promise.resolve(toOpenApiReply(request, publicBaseUrlOf(request)))),
});
