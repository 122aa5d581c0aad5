import type { HttpResponseInit } from "@azure/functions";
import type { z } from "zod";
import { blockBytes, blockCountOf } from "../domain/blockUpload.ts";
import type { Reservation } from "../usecases/enqueue/reserveUpload.ts";
import type { UploadStanding } from "../usecases/enqueue/uploadStanding.ts";
import { readManageBody, readManageJson } from "./manageBody.ts";
import { type ServiceRequest, readBody, readIdempotencyKey } from "./request.ts";
import { type uploadAnswer, uploadCommitRequest, uploadRequest } from "./uploadSchemas.ts";

const commitBytesMax = 64 * 1024;

export async function readReservation(request: ServiceRequest, applicationId: string): Promise<Reservation> {
  const idempotencyKey = readIdempotencyKey(request.headers);
  const { size: sizeBytes, name: externalIdentifier, ...facts } = await readManageBody(request, uploadRequest);
  return {
    ...facts,
    sizeBytes,
    applicationId,
    idempotencyKey,
    ...(externalIdentifier !== undefined && { externalIdentifier }),
  };
}

/** The hash that a commit tells; it may have no body at all. */
export async function readCommitHash(request: ServiceRequest): Promise<string | undefined> {
  const body = await readBody(request, commitBytesMax);
  return body.length === 0 ? undefined : readManageJson(body, uploadCommitRequest).sha256;
}

export function toUploadReply(standing: UploadStanding, isNew = false): HttpResponseInit {
  return { status: isNew ? 201 : 200, jsonBody: toView(standing) };
}

function toView(standing: UploadStanding): z.output<typeof uploadAnswer> {
  if (standing.state === "committed") return standing;
  const { id, state, upload, address, receivedBlocks: received, missing } = standing;
  return {
    id,
    state,
    size: upload.sizeBytes,
    address: address.url,
    addressUntil: new Date(address.until).toISOString(),
    until: new Date(upload.until).toISOString(),
    blockBytes,
    blocks: blockCountOf(upload.sizeBytes),
    received,
    missing: [...missing],
  };
}
