import { type Api, Refused, type Schemas, Unreachable, read } from "./api.ts";
import { type Ask, reach } from "./reach.ts";

/** What is sent, of which a block at a time is read. */
export interface BlockSource {
  readonly size: number;
  /** All bytes from the one place up to the other. */
  readonly read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>;
}

export interface UploadWish {
  readonly activityId: string;
  readonly file: BlockSource;
  /** In hexadecimal digits; may be computed while the blocks are on their way. */
  readonly sha256: Promise<string> | string;
  /** Under the same key a later call goes on where an earlier one was cut off, and is the same message. */
  readonly idempotencyKey: string;
  readonly name?: string;
  readonly entity?: string;
  readonly company?: string;
  /** Blocks on their way at a time; 4 by default. */
  readonly parallel?: number;
  readonly onProgress?: (sentBytes: number) => void;
  /** In place of the platform's own `fetch`, for the blocks, which go to storage. */
  readonly ask?: Ask;
  readonly pause?: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

type Upload = Schemas["Upload"];
type OpenUpload = Required<Omit<Upload, "messageId">>;

interface Sending {
  readonly api: Api;
  readonly wish: UploadWish;
  readonly ask: Ask;
  upload: OpenUpload;
  sentBytes: number;
}

const parallelByDefault = 4;
/** In a row, of one block or one question: some minutes in all. */
const failuresMax = 12;
const pauseMsMax = 30_000;
/** Blocks that were sent and are missing all the same, as after an upload that somebody gave up, are sent again so often. */
const roundsMax = 5;
const blockMsMax = 5 * 60_000;

/**
 * Sends a file of any size in blocks, several at a time and each again while its connection breaks, and makes a message of
 * it; answers the message id. Throws `Refused` and `Unreachable` as any call does; after the latter it may be called again.
 */
export async function uploadFile(api: Api, wish: UploadWish): Promise<string> {
  const first = await again(wish, () => reserve(api, wish));
  if (first.messageId !== undefined) return first.messageId;
  const upload = requireOpen(first);
  const { ask = fetch } = wish;
  const sending: Sending = { api, wish, ask, upload, sentBytes: 0 };
  for (let rounds = 1; ; rounds += 1) {
    await sendBlocks(sending);
    const sha256 = await wish.sha256;
    try {
      return await again(wish, () => commit(sending, sha256));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409 || rounds >= roundsMax) throw error;
    }
    await refresh(sending);
  }
}

async function reserve(api: Api, wish: UploadWish): Promise<Upload> {
  const { activityId, file, idempotencyKey, name, entity, company } = wish;
  const facts = { ...(name && { name }), ...(entity && { entity }), ...(company && { company }) };
  return read(
    await api.POST("/api/connector/uploads/{activityId}", {
      params: { path: { activityId }, header: { "Idempotency-Key": idempotencyKey } },
      body: { size: file.size, ...facts },
    }),
  );
}

async function commit({ api, wish, upload }: Sending, sha256: string): Promise<string> {
  const path = { activityId: wish.activityId, uploadId: upload.id };
  const answer = await api.POST("/api/connector/uploads/{activityId}/{uploadId}/commit", {
    params: { path },
    body: { sha256 },
  });
  const { messageId } = read(answer);
  if (messageId === undefined) throw new Error("The service committed the upload, and named no message.");
  return messageId;
}

/** Where it stands, with an address that is good for a while. */
async function refresh(sending: Sending): Promise<void> {
  const { api, wish, upload } = sending;
  const path = { activityId: wish.activityId, uploadId: upload.id };
  const found = await again(wish, async () =>
    read(await api.GET("/api/connector/uploads/{activityId}/{uploadId}", { params: { path } })),
  );
  // One that another call has committed meanwhile is committed once more, which answers its message.
  if (found.messageId === undefined) sending.upload = requireOpen(found);
}

function requireOpen(upload: Upload): OpenUpload {
  const { address, addressUntil, until, blockBytes, blocks, received, missing, size } = upload;
  if (!address || !addressUntil || !until || !blockBytes || !blocks || !missing || !size || received === undefined) {
    throw new Error("The service answered with an upload that lacks its address or its blocks.");
  }
  return { ...upload, address, addressUntil, until, blockBytes, blocks, received, missing, size };
}

async function sendBlocks(sending: Sending): Promise<void> {
  const { missing, blockBytes, size } = sending.upload;
  const numbers = numbersIn(missing);
  const { parallel = parallelByDefault, onProgress } = sending.wish;
  const missingBytes = missing.reduce((sum, { from, through }) => {
    return sum + Math.min(size, (through + 1) * blockBytes) - from * blockBytes;
  }, 0);
  sending.sentBytes = size - missingBytes;
  onProgress?.(sending.sentBytes);
  const worker = async (): Promise<void> => {
    for (const number of numbers) {
      await sendBlock(sending, number);
    }
  };
  // One iterator for all: each takes the next block, until there is none or one cannot be sent.
  try {
    await Promise.all(Array.from({ length: parallel }, worker));
  } finally {
    numbers.return();
  }
}

function* numbersIn(spans: Upload["missing"]): Generator<number, void, undefined> {
  for (const { from, through } of spans ?? []) for (let number = from; number <= through; number++) yield number;
}

async function sendBlock(sending: Sending, number: number): Promise<void> {
  const { blockBytes, size } = sending.upload;
  const { file, onProgress } = sending.wish;
  const from = number * blockBytes;
  const bytes = await file.read(from, Math.min(from + blockBytes, size));
  await again(sending.wish, () => putBlock(sending, number, bytes));
  sending.sentBytes += bytes.byteLength;
  onProgress?.(sending.sentBytes);
}

const idDigits = 6;

async function putBlock(sending: Sending, number: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { ask, upload, wish } = sending;
  const id = encodeURIComponent(btoa(String(number).padStart(idDigits, "0")));
  const url = `${upload.address}&comp=block&blockid=${id}`;
  const signal = AbortSignal.any([AbortSignal.timeout(blockMsMax), ...(wish.signal ? [wish.signal] : [])]);
  const request = new Request(url, { method: "PUT", body: bytes, signal, headers: { "x-ms-blob-type": "BlockBlob" } });
  const answer = await reach(request, ask, "Storage cannot be reached.");
  await answer.arrayBuffer();
  if (answer.ok) return;
  // The address has ended; somebody else may have asked for the next one already.
  if (answer.status === 403 && sending.upload.address === upload.address) await refresh(sending);
  throw new NotStored(answer.status);
}

/** Storage did not take a block; its own words may hold the address. */
class NotStored extends Unreachable {
  constructor(status: number) {
    super(`Storage answered with status ${status}, and took no block.`);
  }
}

/** Asks again for as long as what failed may pass. */
async function again<T>({ pause = wait, signal }: UploadWish, ask: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (failures >= failuresMax || signal?.aborted || !mayPass(error)) throw error;
    }
    await pause(Math.min(pauseMsMax, 250 * 2 ** failures) * (1 + Math.random() / 4));
  }
}

const passing = [408, 429, 500, 502, 503, 504];

function mayPass(error: unknown): boolean {
  if (error instanceof Refused) return passing.includes(error.status);
  return error instanceof Unreachable || (error instanceof Error && error.name === "TimeoutError");
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
