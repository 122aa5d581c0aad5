import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { BlobServiceClient, BlockBlobClient } from "@azure/storage-blob";
import { Unavailable } from "../../../ports/unavailable.ts";
import { addressedName } from "../addressedName.ts";
import { checkBlobName, checkMetadata, writerName } from "../groundRules.ts";
import type { Arrived, CopySource, PutBlock, Valet } from "../valet.ts";
import type { Signer } from "./addresses.ts";
import { findProperties } from "./blobWrite.ts";
import { unless } from "./failures.ts";
import type { Made } from "./makeMissing.ts";
import type { Tries } from "./tries.ts";

/** The service copies within an account by its own means, mostly at once; a request has to end before its client gives up. */
const copyMsMax = 150_000;
const copyLookMsMax = 2_000;

const sourceGone = [
  "SourceConditionNotMet",
  "CannotVerifyCopySource",
  "BlobNotFound",
  "ResourceNotFound",
  "BlobArchived",
];
/** Whoever may write may make there what is no file, or none that can be read at once. */
const unfit = ["BlobNotFound", "InvalidBlobType", "BlobArchived", "BlobUsesCustomerSpecifiedEncryption"];
const taken = ["BlobAlreadyExists", "TargetConditionNotMet", "ConditionNotMet"];

/** `Valet` on Azure. */
export function azureValet(
  service: BlobServiceClient,
  container: string,
  { sign, tries, made }: { readonly sign: Signer; readonly tries: Tries; readonly made: Made },
): Valet {
  const send: Tries = (run) => made(container, async () => tries(run));
  const open = (name: string): BlockBlobClient => {
    checkBlobName(name);
    return service.getContainerClient(container).getBlockBlobClient(name);
  };
  return {
    address: async (name, may, ...more) => sign(open(name), may === "read" ? "r" : "w", ...more),
    nameBehind: (address) => addressedName(address, service.getContainerClient(container).url),
    look: async (name) => look(open(name), send),
    join: async (name, ids) => {
      await unlock(open(name), send);
      const joined = await unless(["InvalidBlockList", ...unfit], async () =>
        send((abortSignal) => open(name).commitBlockList([...ids], { abortSignal })),
      );
      return joined?.etag;
    },
    copy: async (source, name, metadata) => copy(service, source, { client: open(name), send, metadata }),
    clear: async (name) => clear(open(name), send),
  };
}

async function look(client: BlockBlobClient, send: Tries): Promise<Arrived> {
  const list = await unless(unfit, async () => send((abortSignal) => client.getBlockList("all", { abortSignal })));
  if (!list) return { blocks: [] };
  const blocks = new Map<string, PutBlock>();
  for (const { name, size } of list.committedBlocks ?? [])
    blocks.set(name, { id: name, sizeBytes: size, isJoined: true });
  for (const { name, size } of list.uncommittedBlocks ?? []) {
    blocks.set(name, { id: name, sizeBytes: size, isJoined: false });
  }
  const arrived: Arrived = { blocks: [...blocks.values()] };
  // Blocks alone have no properties.
  const facts = await unless(unfit, () => findProperties({ client, send }));
  if (facts?.etag === undefined || facts.accessTier === "Archive") return arrived;
  return { ...arrived, blob: { etag: facts.etag, sizeBytes: facts.contentLength ?? 0 } };
}

interface CopyTarget {
  readonly client: BlockBlobClient;
  readonly send: Tries;
  readonly metadata: Readonly<Record<string, string>>;
}

async function copy(
  service: BlobServiceClient,
  { container, name, etag }: CopySource,
  target: CopyTarget,
): Promise<{ readonly sizeBytes: number } | undefined> {
  const { client, send, metadata } = target;
  checkMetadata({ condition: "new", metadata });
  const writer = randomUUID();
  const source = service.getContainerClient(container).getBlobClient(name);
  const isStarted = await unless(taken, async () => {
    const started = await unless(sourceGone, async () =>
      send((abortSignal) =>
        // The account's own right to read the source counts; the SDK's poller would not be tried again.
        client.beginCopyFromURL(source.url, {
          abortSignal,
          conditions: { ifNoneMatch: "*" },
          sourceConditions: { ifMatch: etag },
          metadata: { ...metadata, [writerName]: writer },
          intervalInMs: copyMsMax,
        }),
      ),
    );
    return started !== undefined;
  });
  return isStarted === false ? undefined : copied(target, writer);
}

/** Waits for the end of the copy that `writer` began, also when the answer to its beginning was lost. */
async function copied({ client, send }: CopyTarget, writer: string): Promise<{ sizeBytes: number } | undefined> {
  for (let waitedMs = 0, pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, copyLookMsMax)) {
    const facts = await findProperties({ client, send });
    if (facts?.metadata?.[writerName] !== writer) return undefined;
    if (facts.copyStatus === "success") return { sizeBytes: facts.contentLength ?? 0 };
    // What the source became meanwhile ends the copy as well.
    if (facts.copyStatus !== "pending") return undefined;
    if (waitedMs >= copyMsMax) {
      const { copyId } = facts;
      if (copyId !== undefined) {
        await unless(["NoPendingCopyOperation"], () =>
          send((abortSignal) => client.abortCopyFromURL(copyId, { abortSignal })),
        );
      }
      throw new Unavailable("The storage service takes too long to copy a blob.");
    }
    await wait(pauseMs);
    waitedMs += pauseMs;
  }
}

/** Blocks go with a blob that is made of none of them, for which there is room once nothing of another kind is there. */
async function clear(client: BlockBlobClient, send: Tries): Promise<void> {
  await unlock(client, send);
  await remove(client, send);
  await send((abortSignal) => client.commitBlockList([], { abortSignal }));
  await remove(client, send);
}

/** With what its sender kept of it beside. */
async function remove(client: BlockBlobClient, send: Tries): Promise<void> {
  await unless(["BlobNotFound"], async () =>
    send((abortSignal) => client.delete({ abortSignal, deleteSnapshots: "include" })),
  );
}

/** Whoever may write may also lock. */
async function unlock(client: BlockBlobClient, send: Tries): Promise<void> {
  await unless(["BlobNotFound", "LeaseNotPresentWithLeaseOperation"], async () =>
    send((abortSignal) => client.getBlobLeaseClient().breakLease(0, { abortSignal })),
  );
}
