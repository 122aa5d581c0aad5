// POST   /api/connector/uploads/{activityId}                       make room for a file that comes in blocks
// GET    /api/connector/uploads/{activityId}/{uploadId}            what of it came in, and where the rest goes
// POST   /api/connector/uploads/{activityId}/{uploadId}/commit     make a message of it
// DELETE /api/connector/uploads/{activityId}/{uploadId}            give it up
// All also under /{language}/.
import { app, type HttpResponseInit } from "@azure/functions";
import { connectorFunctions } from "../shared/app.ts";
import type { ConnectorCall } from "../shared/http/connectorCall.ts";
import { requireGuid } from "../shared/http/request.ts";
import { readCommitHash, readReservation, toUploadReply } from "../shared/http/uploadWire.ts";
import { authorizeJob } from "../shared/usecases/access/authorizeJob.ts";
import { abandonUpload } from "../shared/usecases/enqueue/abandonUpload.ts";
import { commitUpload } from "../shared/usecases/enqueue/commitUpload.ts";
import { openBacklog } from "../shared/usecases/enqueue/openBacklog.ts";
import { reserveUpload } from "../shared/usecases/enqueue/reserveUpload.ts";
import { findUploadStanding } from "../shared/usecases/enqueue/uploadStanding.ts";

async function reserve({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  const backlog = await openBacklog(ports, caller, activityId);
  const { isNew, ...standing } = await reserveUpload(
    ports,
    backlog,
    await readReservation(request, caller.applicationId),
  );
  return toUploadReply(standing, isNew);
}

async function get({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  await authorizeJob(ports, caller, activityId, "import");
  return toUploadReply(await findUploadStanding(ports, activityId, uploadIdOf(request)));
}

async function commit({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  const backlog = await openBacklog(ports, caller, activityId);
  const { applicationId } = caller;
  const id = uploadIdOf(request);
  const sha256 = await readCommitHash(request);
  const messageId = await commitUpload(ports, backlog, { applicationId, uploadId: id, sha256 });
  return toUploadReply({ state: "committed", id, messageId });
}

async function abandon({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  await authorizeJob(ports, caller, activityId, "import");
  await abandonUpload(ports, activityId, uploadIdOf(request));
  return { status: 204 };
}

function uploadIdOf({ params }: ConnectorCall["request"]): string {
  return requireGuid(params["uploadId"], "upload id");
}

export const handlers = {
  connectorReserveUpload: reserve,
  connectorGetUpload: get,
  connectorCommitUpload: commit,
  connectorAbandonUpload: abandon,
};

for (const [name, options] of connectorFunctions(handlers)) app.http(name, options);
