import { crc32 } from "node:zlib";
import type { Frame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { oneAhead } from "../segments/oneAhead.ts";
import { type LocalDisk, type LocalFile, localDisk } from "./localDisk.ts";
import type { Spill, SpillRoom } from "./spill.ts";

interface LocalRoom {
  readonly disk: LocalDisk;
  /** Of all spills of the process together, unpacked. */
  readonly bytesMax: number;
  /** What a spill leaves free on the disk, for the host's logs and whoever else needs it. */
  readonly keptFreeBytes: number;
  /** Hears why the disk takes no more than it has. */
  readonly refused: (reason: unknown) => void;
}

const megabyte = 1024 * 1024;

/** An instance of Flex Consumption has 800 MB of temporary storage. */
const roomOfInstance = { bytesMax: 384 * megabyte, keptFreeBytes: 128 * megabyte };

class DiskRefused extends Error {}

/**
 * Room on the local disk, in files that nobody has to clear away. Where the disk refuses a spill, the room shrinks to what is
 * taken at that moment, so that nobody tries in vain again and again. Where it does not give back what was written, there is
 * none any more: whoever lost a spill by it begins anew, and does so elsewhere.
 */
export function localSpills(options: Partial<LocalRoom> = {}): SpillRoom {
  const room = { disk: localDisk(), refused: () => undefined, ...roomOfInstance, ...options };
  let freeBytes = room.bytesMax;
  const shrinkTo = (bytes: number, reason: unknown): void => {
    if (freeBytes > bytes) room.refused(reason);
    freeBytes = Math.min(freeBytes, bytes);
  };
  return async (frames, textBytes) => {
    if (textBytes > freeBytes) return undefined;
    freeBytes -= textBytes;
    const leave = (): void => void (freeBytes += textBytes);
    try {
      const file = await openIn(room, textBytes);
      const distrust = (reason: unknown): void => shrinkTo(-Infinity, reason);
      if (file) return toSpill({ file, frames: await written(file, frames()), textBytes, leave, distrust });
      leave();
    } catch (error) {
      leave();
      if (!(error instanceof DiskRefused)) throw error;
      shrinkTo(0, error.cause);
    }
    return undefined;
  };
}

/** Undefined where the disk is too full at the moment. */
async function openIn({ disk, keptFreeBytes }: LocalRoom, sizeBytes: number): Promise<LocalFile | undefined> {
  const freeBytes = await onDisk(disk.freeBytes());
  return freeBytes < sizeBytes + keptFreeBytes ? undefined : onDisk(disk.openFile());
}

interface SpilledFrame {
  readonly firstKey: string;
  readonly lastKey: string;
  readonly numberMax: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly checksum: number;
}

/** Each frame is written while the next one is made. A file that could not be written to its end is closed. */
async function written(file: LocalFile, frames: AsyncIterable<Frame>): Promise<SpilledFrame[]> {
  const spilled: SpilledFrame[] = [];
  let offset = 0;
  let writing = Promise.resolve();
  try {
    for await (const { bytes, firstKey, lastKey, release } of frames) {
      await writing;
      spilled.push({ firstKey, lastKey, numberMax: 0, offset, sizeBytes: bytes.length, checksum: crc32(bytes) });
      writing = onDisk(writeAll(file, bytes, offset)).then(release);
      // A failure shows to whoever waits for it next.
      writing.catch(() => undefined);
      offset += bytes.length;
    }
    await writing;
    return spilled;
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

async function writeAll(file: LocalFile, bytes: Buffer, offset: number): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    from += (await file.write(bytes, from, bytes.length - from, offset + from)).bytesWritten;
  }
}

interface Spilled {
  readonly file: LocalFile;
  readonly frames: readonly SpilledFrame[];
  readonly textBytes: number;
  readonly leave: () => void;
  readonly distrust: (reason: unknown) => void;
}

function toSpill({ file, frames, textBytes, leave, distrust }: Spilled): Spill {
  let removing: Promise<void> | undefined;
  const read = async (index: number): Promise<Buffer> => {
    if (removing) throw new Error("The spilled lines were given up while they were read.");
    try {
      return await readFrame(file, frames[index]);
    } catch (error) {
      distrust(error);
      throw error;
    }
  };
  return {
    isLocal: true,
    textBytes,
    part: () => toPart(frames, read),
    // A file that does not close is gone all the same: it has no name.
    remove: () => (removing ??= file.close().catch(distrust).finally(leave)),
  };
}

/** A frame is a range of its own. */
function toPart(frames: readonly SpilledFrame[], read: (index: number) => Promise<Buffer>): LinePart {
  return {
    firstKey: frames[0]?.firstKey ?? "",
    lastKey: frames.at(-1)?.lastKey ?? "",
    numberMax: 0,
    open: async () => ({ columns: [], frames, readFrame: oneAhead(read, (index) => index < frames.length) }),
  };
}

/** Throws when what was written is not there any more, or something else is. */
async function readFrame(file: LocalFile, frame: SpilledFrame | undefined): Promise<Buffer> {
  if (!frame) throw new RangeError("A spill has no such frame.");
  const { offset, sizeBytes, checksum } = frame;
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  for (let from = 0; from < sizeBytes;) {
    const { bytesRead } = await file.read(bytes, from, sizeBytes - from, offset + from);
    if (bytesRead === 0) throw new Error("A file on the local disk is shorter than it was written.");
    from += bytesRead;
  }
  if (crc32(bytes) !== checksum) throw new Error("A file on the local disk is damaged.");
  return bytes;
}

async function onDisk<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new DiskRefused("The local disk takes no spill.", { cause: error });
  }
}
