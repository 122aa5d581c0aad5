import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { blockBytes } from "../../shared/domain/blockUpload.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Uploads } from "../../shared/ports/uploads.ts";
import { containerNames, tableNames } from "../../shared/storage/ground/names.ts";
import { abandonUpload } from "../../shared/usecases/enqueue/abandonUpload.ts";
import { commitUpload } from "../../shared/usecases/enqueue/commitUpload.ts";
import { openBacklog } from "../../shared/usecases/enqueue/openBacklog.ts";
import { type Reservation, type Reserved, reserveUpload } from "../../shared/usecases/enqueue/reserveUpload.ts";
import { findUploadStanding } from "../../shared/usecases/enqueue/uploadStanding.ts";
import { importJob, importJobId, listedApplication, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, look, manifestOf, packageOf, push, runNow, textOf, upkeep } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const hour = 3_600_000;
const applicationId = listedApplication;
const file = "CustomerGroupId,Description,CreditLimit\r\n10,One,1\r\n";
const sha256Of = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

type Changes = Partial<Reservation> & { readonly isHashToldLater?: boolean };

async function reserve(bytes: string | Uint8Array, changes: Changes = {}, job = importJob): Promise<Reserved> {
  const { isHashToldLater, ...others } = changes;
  const facts = { sizeBytes: Buffer.from(bytes).length, entity: "Customer groups", externalIdentifier: "big.csv" };
  const hash = isHashToldLater ? {} : { sha256: sha256Of(bytes) };
  const wish: Reservation = { ...facts, ...hash, applicationId, idempotencyKey: undefined, ...others };
  return reserveUpload(ports, await openBacklog(ports, wish, job.activityId), wish);
}

/** Reserved, with where its blocks go. */
async function open(...given: Parameters<typeof reserve>) {
  const reserved = await reserve(...given);
  if (reserved.state !== "open") throw new Error("It is committed.");
  return reserved;
}

function putAll(address: string, bytes: string | Uint8Array): void {
  const all = Buffer.from(bytes);
  const blocks = Math.ceil(all.length / blockBytes);
  for (let index = blocks - 1; index >= 0; index--) {
    expect(ports.putBlock(address, index, all.subarray(index * blockBytes, (index + 1) * blockBytes))).toBe(true);
  }
}

async function commit(uploadId: string, sha256?: string, job = importJob, on: Ports = ports): Promise<string> {
  const backlog = await openBacklog(on, { applicationId }, job.activityId);
  return commitUpload(on, backlog, { applicationId, uploadId, sha256 });
}

async function payloads(): Promise<readonly string[]> {
  return (await ports.files.list("inbound", "", { limit: 100 })).items.map(({ name }) => name);
}

async function left(): Promise<number> {
  const rows = await ports.ground.table(tableNames.uploads).list("uploads", { limit: 100 });
  const { items } = await ports.ground.blobs(containerNames.uploads).list("", { limit: 100 });
  return rows.rows.length + items.length;
}

describe("a file that comes in blocks", () => {
  test("becomes a message like any other: its bytes, its facts, its place in the backlog", async () => {
    const { id, address, missing, isNew } = await open(file);
    expect([isNew, missing]).toEqual([true, [{ from: 0, through: 0 }]]);
    putAll(address.url, file);

    const messageId = await commit(id);

    expect(await textOf(ports.files.read("inbound", messageId))).toBe(file);
    expect((await look(ports, messageId)).message).toMatchObject({
      state: "Enqueued",
      entity: "Customer groups",
      company: "USMF",
      externalIdentifier: "big.csv",
      sizeBytes: file.length,
      sha256: sha256Of(file),
      isUnproven: true,
    });
    expect((await ports.messages.listWaiting(importJobId, "", 10)).map((waiting) => waiting.messageId)).toEqual([
      messageId,
    ]);
    expect(await findUploadStanding(ports, importJobId, id)).toEqual({ state: "committed", id, messageId });
  });

  test("is proved and imported", async () => {
    const { id, address } = await open(file);
    putAll(address.url, file);
    const messageId = await commit(id);

    await runNow(ports);

    const { message } = await look(ports, messageId);
    expect([message.state, message.isUnproven]).toEqual(["Processed", undefined]);
  });

  test("that came with other bytes than were told is no double of the file itself", async () => {
    const windowed = { ...importJob, duplicateWindowMinutes: 60 };
    await define(ports, "job", importJob.activityId, windowed);
    const send = async (bytes: string) => {
      const { id, address } = await open(file, { externalIdentifier: "groups.csv" });
      putAll(address.url, bytes);
      return commit(id);
    };
    const broken = await send(file.replace("One", "Two"));
    await runNow(ports);

    const whole = await send(file);
    await runNow(ports);

    expect(whole).not.toBe(broken);
    expect((await look(ports, whole)).message.state).toBe("Processed");
    expect(await send(file)).toBe(whole);
  });

  test("is refused before anything is imported of it when its bytes are others than were told", async () => {
    const other = file.replace("One", "Two");
    const { id, address } = await open(file);
    putAll(address.url, other);
    const messageId = await commit(id);

    await runNow(ports);

    const { message } = await look(ports, messageId);
    expect([message.state, message.lastError]).toEqual([
      "PreProcessingError",
      expect.stringContaining(`has the SHA-256 ${sha256Of(other)}, but its client told ${sha256Of(file)}`),
    ]);
  });

  test("may have more than one block, and goes on where it was cut off", async () => {
    const large = Buffer.alloc(2 * blockBytes + 3, `${file}\n`);
    const { id, address } = await open(large, { idempotencyKey: "key 1" });
    ports.putBlock(address.url, 2, large.subarray(2 * blockBytes));
    ports.putBlock(address.url, 0, large.subarray(0, blockBytes - 1));
    await expect(commit(id)).rejects.toThrow("Blocks are missing or have the wrong size: 0 to 1. Send them");

    const again = await open(large, { idempotencyKey: "key 1" });

    expect(again).toMatchObject({ id, isNew: false, receivedBlocks: 1, missing: [{ from: 0, through: 1 }] });
    putAll(again.address.url, large);
    const messageId = await commit(id);
    expect((await look(ports, messageId)).message).toMatchObject({ sizeBytes: large.length });
    expect(await payloads()).toEqual([messageId]);
  });

  test("is one message however often it is committed, also at the same time, and when its bytes are cleared away", async () => {
    const { id, address } = await open(file);
    putAll(address.url, file);

    const tries = await Promise.allSettled([commit(id), commit(id), commit(id)]);

    const ids = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(new Set([...ids, await commit(id)]).size).toBe(1);
    ports.advance(30 * hour);
    await upkeep(ports);
    expect(await left()).toBe(0);
    expect(await commit(id)).toBe(ids[0]);
  });

  test("cannot be changed by its address once it is committed", async () => {
    const { id, address } = await open(file);
    putAll(address.url, file);
    const messageId = await commit(id);

    putAll(address.url, file.replace("One", "Two"));

    expect(await textOf(ports.files.read("inbound", messageId))).toBe(file);
    expect(await commit(id)).toBe(messageId);
  });

  test("may tell its hash as late as the commit, and not another one", async () => {
    const { id, address } = await open(file, { isHashToldLater: true });
    putAll(address.url, file);

    await expect(commit(id)).rejects.toThrow("sha256: Send the SHA-256 of the file");
    const messageId = await commit(id, sha256Of(file));
    expect((await look(ports, messageId)).message.sha256).toBe(sha256Of(file));

    const other = await open(file);
    await expect(commit(other.id, sha256Of("other"))).rejects.toThrow("another SHA-256");
  });

  test("is checked as a package where the job takes packages, and leaves nothing when it is none", async () => {
    const packed = await packageOf(manifestOf({}), { "Customer groups.csv": file });
    for (const [bytes, problem] of [
      [file, "The job takes data packages, but the body is no zip file."],
      [packed.subarray(0, packed.length - 30), "The package cannot be read"],
    ] as const) {
      const { id, address } = await open(bytes, {}, packageJob);
      putAll(address.url, bytes);
      await expect(commit(id, undefined, packageJob)).rejects.toThrow(problem);
    }
    expect(await payloads()).toEqual([]);

    const { id, address } = await open(packed, {}, packageJob);
    putAll(address.url, packed);
    const messageId = await commit(id, undefined, packageJob);
    expect(await payloads()).toEqual([messageId]);
  });
});

describe("a key", () => {
  test("stands for the message that an enqueue or an upload made under it, whichever came first", async () => {
    const pushed = await push(ports, file, { idempotencyKey: "key 1" });
    expect(await reserve(file, { idempotencyKey: "key 1" })).toMatchObject({ state: "committed", messageId: pushed });

    const { id, address } = await open(file, { idempotencyKey: "key 2" });
    putAll(address.url, file);
    const committed = await commit(id);
    expect(await push(ports, file, { idempotencyKey: "key 2" })).toBe(committed);
    expect(await reserve(file, { idempotencyKey: "key 2" })).toMatchObject({
      state: "committed",
      messageId: committed,
    });
  });

  test("is refused for another file, before anything of it is sent", async () => {
    await open(file, { idempotencyKey: "key 1" });
    await push(ports, file, { idempotencyKey: "key 2" });

    await expect(reserve(`${file}x`, { idempotencyKey: "key 1" })).rejects.toMatchObject({ code: "unprocessable" });
    await expect(reserve(`${file}x`, { idempotencyKey: "key 2" })).rejects.toMatchObject({ code: "unprocessable" });
  });
});

describe("a reservation", () => {
  test("is refused for what an enqueue would be refused for", async () => {
    const code = (reserving: Promise<unknown>) =>
      reserving.then(
        () => "none",
        (error: { code?: string }) => error.code,
      );

    expect(await code(reserve(file, { entity: "Vendors" }))).toBe("invalid");
    expect(await code(reserve(file, { sizeBytes: ports.settings.uploadBytesMax + 1 }))).toBe("tooLarge");
    expect(await code(reserve(file, { applicationId: "00000000-0000-4000-8000-00000000ffff" }))).toBe("forbidden");
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    expect(await code(reserve(file))).not.toBe("none");
    expect(await left()).toBe(0);
  });

  test("holds nothing that another job knows of", async () => {
    const { id } = await open(file);

    await expect(findUploadStanding(ports, packageJob.activityId, id)).rejects.toMatchObject({ code: "notFound" });
    await expect(commit(id, undefined, packageJob)).rejects.toMatchObject({ code: "notFound" });
  });

  test("ends: its address takes nothing more, it is committed no more, and it is swept an hour later", async () => {
    const { id, address } = await open(file);
    putAll(address.url, file);
    ports.advance(24 * hour);

    expect(ports.putBlock(address.url, 0, Buffer.from(file))).toBe(false);
    await expect(commit(id)).rejects.toMatchObject({ code: "gone" });
    await upkeep(ports);
    expect(await left()).toBeGreaterThan(0);

    ports.advance(2 * hour);
    await upkeep(ports);
    expect(await left()).toBe(0);
    await expect(commit(id)).rejects.toMatchObject({ code: "notFound" });
  });

  test("is given up with its bytes, and what comes under its address afterwards is swept", async () => {
    const { id, address } = await open(file);
    putAll(address.url, file);

    await abandonUpload(ports, importJobId, id);
    await abandonUpload(ports, importJobId, id);
    await expect(findUploadStanding(ports, importJobId, id)).rejects.toMatchObject({ code: "notFound" });
    putAll(address.url, file);
    ports.advance(26 * hour);
    await upkeep(ports);

    expect(await left()).toBe(0);
    expect(await ports.ground.valet(containerNames.uploads).look(id)).toEqual({ blocks: [] });
  });
});

describe("a commit and the sweep", () => {
  test("part with a word or with a copy of its own, whichever comes first", async () => {
    const swept = async (after: "look" | "keepAs"): Promise<string> => {
      const { id, address } = await open(file);
      putAll(address.url, file);
      const upload = (await ports.uploads.find(importJobId, id))!;
      const sweep = async <T>(answer: T): Promise<T> => {
        await ports.uploads.remove(upload);
        return answer;
      };
      const uploads = {
        ...ports.uploads,
        ...(after === "look"
          ? { look: async (...given: Parameters<Uploads["look"]>) => sweep(await ports.uploads.look(...given)) }
          : { keepAs: async (...given: Parameters<Uploads["keepAs"]>) => sweep(await ports.uploads.keepAs(...given)) }),
      };
      return commit(id, undefined, importJob, { ...ports, uploads });
    };

    await expect(swept("look")).rejects.toMatchObject({ code: "conflict" });
    expect(await payloads()).toEqual([]);

    const messageId = await swept("keepAs");
    expect(await textOf(ports.files.read("inbound", messageId))).toBe(file);
  });
});
