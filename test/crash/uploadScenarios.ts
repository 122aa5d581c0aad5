import { createHash } from "node:crypto";
import { blockIdOf } from "../../shared/domain/blockUpload.ts";
import type { Ports } from "../../shared/ports.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { abandonUpload } from "../../shared/usecases/enqueue/abandonUpload.ts";
import { commitUpload } from "../../shared/usecases/enqueue/commitUpload.ts";
import { openBacklog } from "../../shared/usecases/enqueue/openBacklog.ts";
import { reserveUpload } from "../../shared/usecases/enqueue/reserveUpload.ts";
import { findUploadStanding } from "../../shared/usecases/enqueue/uploadStanding.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { bytesOf, importJob, operator } from "../support/definitions.ts";
import { keepKeyAsFirstRelease } from "../support/firstRelease.ts";
import { enqueue, plainUpload } from "../usecases/world.ts";
import { csv, push, storedRecords } from "./clients.ts";
import { daily, differs, importsOf, mixedFile, mixedOutcome, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

class BrokenOff extends Error {}

async function* brokenOff(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(mixedFile.slice(0, 20));
  throw new BrokenOff("The client is gone.");
}

/** Comes in two parts, with something between them. */
async function* inParts(text: string, between: () => Promise<void> | void): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text.slice(0, 20));
  await between();
  yield Buffer.from(text.slice(20));
}

async function send(ports: Ports, body: AsyncIterable<Uint8Array>, idempotencyKey?: string): Promise<void> {
  await enqueue(ports, importJob, { ...plainUpload, idempotencyKey, body });
}

const breakOff = async (stage: Stage): Promise<void> => {
  try {
    await send(stage.ports(), brokenOff(), "key 1");
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
  }
};

/** Longer than a key is held for a request that is silent, and than a request is silent that is at work. */
const silentMs = 16_000;
const slowMs = 5_000;

const brokenUpload: Scenario = {
  name: "a key whose request died, then one that breaks off, then a slow one, and the repeat of that",
  jobs: [importJob],
  prepare: async (stage) => {
    await send(stage.dying("blobs inbound.putStream"), bytesOf(mixedFile), "key 1").catch(() => undefined);
    stage.clock.advance(silentMs);
  },
  steps: [
    breakOff,
    (stage) =>
      send(
        stage.ports(),
        inParts(mixedFile, () => stage.clock.advance(slowMs)),
        "key 1",
      ),
    (stage) => push(stage, importJob, mixedFile, "key 1"),
    tickAndWork,
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

const windowJob = { ...daily(importJob), duplicateWindowMinutes: 600 };
const lateFile = csv("60,Late,1", "70,Later,1");

const saveMeanwhile = async (stage: Stage): Promise<void> => {
  await saveJob(stage.ports(), { ...windowJob, description: "Saved meanwhile." }, "any", operator);
};

const changedJob: Scenario = {
  name: "a file that a window knows, now under a key, and a file whose job is saved while it comes in",
  jobs: [windowJob],
  prepare: (stage) => push(stage, windowJob, mixedFile, undefined),
  steps: [
    (stage) => push(stage, windowJob, mixedFile, "key 1"),
    (stage) =>
      send(
        stage.ports(),
        inParts(lateFile, () => saveMeanwhile(stage)),
        "key 2",
      ),
    (stage) => push(stage, windowJob, lateFile, "key 2"),
    tickAndWork,
  ],
  check: async (stage) => [
    ...differs("P3: effects", (await outcomes(stage, windowJob)).toSorted(), ["Processed 2 2 0 0 0", mixedOutcome]),
    ...differs("P1: all accepted", new Set(stage.accepted.map(({ messageId }) => messageId)).size, 2),
  ],
};

/** As release 0.1.0 left it: a message, and its key in that release's table. */
const keepEarlierKey = async (stage: Stage): Promise<void> => {
  await push(stage, importJob, mixedFile, undefined);
  const [message] = await importsOf(stage, importJob);
  const record = { messageId: message!.id, reservedAt: stage.clock.now(), sha256: message!.sha256 };
  await keepKeyAsFirstRelease(stage.ground, importJob.activityId, "key:key 1", record);
};

const earlierKey: Scenario = {
  name: "a key under which release 0.1.0 accepted a file",
  jobs: [importJob],
  prepare: keepEarlierKey,
  steps: [(stage) => push(stage, importJob, mixedFile, "key 1"), tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

const bytes = Buffer.from(mixedFile);
const sha256 = createHash("sha256").update(bytes).digest("hex");

/** A client that begins anew with the same key wherever it was cut off. */
const sendInBlocks = async (stage: Stage, idempotencyKey: string): Promise<void> => {
  const ports = stage.ports();
  const { applicationId, entity } = plainUpload;
  const backlog = await openBacklog(ports, { applicationId }, importJob.activityId);
  const wish = { sizeBytes: bytes.length, sha256, entity, applicationId, idempotencyKey };
  const reserved = await reserveUpload(ports, backlog, wish);
  if (reserved.state === "open") {
    stage.ground.valet(containerNames.uploads).putBlock(reserved.address.url, blockIdOf(0), bytes);
  }
  // Whoever waits for its blocks to arrive asks.
  await findUploadStanding(ports, importJob.activityId, reserved.id);
  const commit = { applicationId, uploadId: reserved.id, sha256: undefined };
  const messageId = reserved.state === "open" ? await commitUpload(ports, backlog, commit) : reserved.messageId;
  stage.accepted.push({ activityId: importJob.activityId, messageId, sha256 });
};

const uploadHours = 26;

const inBlocks: Scenario = {
  name: "a file in blocks under a key, another one that is given up, and the sweep of both",
  jobs: [importJob],
  steps: [
    (stage) => sendInBlocks(stage, "key 1"),
    async (stage) => {
      const ports = stage.ports();
      const backlog = await openBacklog(ports, plainUpload, importJob.activityId);
      const { applicationId } = plainUpload;
      const { id } = await reserveUpload(ports, backlog, { sizeBytes: 9, applicationId, idempotencyKey: "key 2" });
      await abandonUpload(ports, importJob.activityId, id);
    },
    async (stage) => {
      stage.clock.advance(uploadHours * 3_600_000);
      await stage.keepUp();
    },
    tickAndWork,
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

export const uploads = { brokenUpload, changedJob, earlierKey, inBlocks } as const satisfies Readonly<
  Record<string, Scenario>
>;
