import { endianness } from "node:os";
import { foldName } from "../../domain/foldName.ts";
import { endOfKey, startOfValues, tab } from "../../domain/recordLines.ts";

/**
 * What is known of a line without reading it: hashes of its key (64 bits), of its values (64) and of how its values spell
 * the key (32). Two lines with equal hashes are taken for equal; that others are is as likely as one in 2^64, and nobody
 * can look for such lines, because the hash depends on numbers that never leave storage.
 */
export const printWords = 5;
/** Where that of the values begins; that of the key comes first. */
export const valuesWord = 2;
const spellingWord = 4;

/** By what the lines of an entity are hashed. */
export interface PrintPlan {
  /** Six numbers of 32 bits. */
  readonly seed: readonly number[];
  /** Those of which the values spell the key. */
  readonly keyColumns: readonly string[];
}

/** Hashes of frames, in the order of their lines. */
export type Prints = Uint32Array;

/** Room for one. */
export function newPrint(): Prints {
  return new Uint32Array(printWords);
}

/** Whether the values of the print at this word are those of the other one. */
export function isSameValues(prints: Prints, at: number, print: Prints): boolean {
  return prints[at + valuesWord] === print[valuesWord] && prints[at + valuesWord + 1] === print[valuesWord + 1];
}

/** Whether both spell their key, which is the same, in the same way. */
export function isSameSpelling(prints: Prints, at: number, print: Prints): boolean {
  return prints[at + spellingWord] === print[spellingWord];
}

export function toBytes({ buffer, byteOffset, byteLength }: Prints): Buffer {
  return inStoredOrder(Buffer.from(buffer, byteOffset, byteLength));
}

export function toPrints(bytes: Buffer): Prints {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.copyBytesFrom(bytes);
  const { buffer, byteOffset, byteLength } = inStoredOrder(aligned);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** Stored with the low byte first, as nearly all machines have it. */
function inStoredOrder(bytes: Buffer): Buffer {
  return endianness() === "LE" ? bytes : Buffer.copyBytesFrom(bytes).swap32();
}

/** Writes the print of the line to `into`, from the word at `at` on. */
export type Printer = (bytes: Buffer, start: number, end: number, into: Prints, at: number) => void;

const seedNumbers = 6;

export function newSeed(random: () => number): number[] {
  return Array.from({ length: seedNumbers }, () => Math.floor(random() * 2 ** 32));
}

/** Whether prints by one of them tell of lines that have prints by the other. */
export function isSamePlan(one: PrintPlan, other: PrintPlan): boolean {
  return isSameList(one.seed, other.seed) && isSameList(one.keyColumns, other.keyColumns);
}

/** In any case: lines know their values by the places. */
export function areColumnsSame(one: readonly string[], other: readonly string[]): boolean {
  return isSameList(one.map(foldName), other.map(foldName));
}

export function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** `keyPlaces` are the places of the key's columns among the lines' values. */
export function printer(seed: readonly number[], keyPlaces: readonly number[]): Printer {
  const hash = hasher(seed);
  const places = keyPlaces.toSorted((one, other) => one - other);
  return (bytes, start, end, into, at) => {
    const values = startOfValues(bytes, start);
    hash(bytes, start, endOfKey(bytes, start), into, at);
    // Of the spelling only one of two words is kept, which the hash of the values is written over.
    hashSpelling(hash, places, bytes, values, end, into, at + valuesWord);
    into[at + spellingWord] = into[at + valuesWord]!;
    hash(bytes, values, end, into, at + valuesWord);
  };
}

type Hash = (bytes: Buffer, start: number, end: number, into: Prints, at: number) => void;

/** Of the values from the first to the last of the key's, with what lies between them: mostly there is nothing. */
function hashSpelling(
  hash: Hash,
  places: readonly number[],
  bytes: Buffer,
  values: number,
  end: number,
  into: Prints,
  at: number,
): void {
  const [firstPlace] = places;
  if (firstPlace === undefined) {
    into[at] = 0;
    return;
  }
  const first = startOfValue(bytes, values, end, 0, firstPlace);
  const last = startOfValue(bytes, first, end, firstPlace, places.at(-1)!);
  hash(bytes, first, startOfValue(bytes, last, end, 0, 1), into, at);
}

/** From a place whose value begins at `start` to a later one; `end` where there is none. */
function startOfValue(bytes: Buffer, start: number, end: number, from: number, to: number): number {
  let at = start;
  for (let place = from; place < to && at < end; at += 1) if (bytes[at] === tab) place += 1;
  return at;
}

/**
 * Two lanes of MurmurHash3 (Austin Appleby, public domain), which both see each word, with multipliers of the seed in place
 * of its own: the same multipliers for everybody would let a sender make two texts of one hash.
 */
function hasher(seed: readonly number[]): Hash {
  const numbers = Int32Array.from(seed, (number, index) => (index < 2 ? number : number | 1));
  let bytesAtHand: Buffer | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes, start, end, into, at) => {
    if (bytes !== bytesAtHand) {
      bytesAtHand = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    hashTo(numbers, view, start, end, into, at);
  };
}

function hashTo(numbers: Int32Array, view: DataView, start: number, end: number, into: Prints, at: number): void {
  const [a1, a2, b1, b2] = [numbers[2]!, numbers[3]!, numbers[4]!, numbers[5]!];
  let a = numbers[0]!;
  let b = numbers[1]!;
  let word = start;
  for (; word + 4 <= end; word += 4) {
    const bits = view.getInt32(word, true);
    a = (Math.imul(rotate(a ^ Math.imul(rotate(Math.imul(bits, a1), 15), a2), 13), 5) + 0x6546b64) | 0;
    b = (Math.imul((rotate(b ^ Math.imul(rotate(Math.imul(bits, b1), 16), b2), 17) + a) | 0, 5) + 0x561ccd1b) | 0;
  }
  let rest = 0;
  for (let shift = 0; word < end; word += 1, shift += 8) rest |= view.getUint8(word) << shift;
  a ^= Math.imul(rotate(Math.imul(rest, a1), 15), a2) ^ (end - start);
  b ^= Math.imul(rotate(Math.imul(rest, b1), 16), b2) ^ (end - start);
  a = (a + b) | 0;
  b = mixed((b + a) | 0);
  a = (mixed(a) + b) | 0;
  into[at] = a;
  into[at + 1] = (a + b) | 0;
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** Each bit of what goes in moves about half of those that come out. */
function mixed(bits: number): number {
  let mix = bits | 0;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}
