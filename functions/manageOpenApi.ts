// GET /manage/api/openapi.json    the description of the service, for anybody: it holds no data
import { app } from "@azure/functions";
import { anonymousFunction, publicBaseUrlOf } from "../shared/app.ts";
import { refuseUnknownQuery } from "../shared/http/manageQuery.ts";
import { toOpenApiReply } from "../shared/http/openApiDocument.ts";

app.http(
  ...anonymousFunction("manageGetOpenApi", "manage/api/openapi.json", async (request) => {
    refuseUnknownQuery(request, []);
    return toOpenApiReply(request, publicBaseUrlOf(request));
  }),
);
