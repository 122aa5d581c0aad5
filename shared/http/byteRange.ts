import type { Slice } from "../ports.ts";
import type { HeaderReader } from "./request.ts";

interface Held {
  readonly sizeBytes: number;
  /** As the reply shows it, quotes included. */
  readonly etag: string;
}

const rangePattern = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i;

/** The range that was asked for begins behind the last byte. Answered 416, with the length that there is. */
export class RangeNotSatisfiable extends Error {
  override readonly name = "RangeNotSatisfiable";
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    super(`The range holds none of the ${sizeBytes} bytes that there are.`);
    this.sizeBytes = sizeBytes;
  }
}

/** Whether a part is asked for, and of this version, if there is one. */
export function mayTakePart(headers: HeaderReader, etag: string): boolean {
  return askedRange(headers, etag) !== undefined;
}

/**
 * Which part of a file a GET asks for, as RFC 9110 has it. Undefined is the whole: no range, several ranges, one that
 * makes no sense, or an If-Range that names another version. Throws `RangeNotSatisfiable`.
 */
export function readRange(headers: HeaderReader, { sizeBytes, etag }: Held): Required<Slice> | undefined {
  const asked = askedRange(headers, etag);
  if (!asked) return undefined;
  const { first, last } = asked;
  if (first === "") return sliceOf(Math.max(0, sizeBytes - Number(last)), sizeBytes - 1, sizeBytes);
  return sliceOf(Number(first), last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1), sizeBytes);
}

function askedRange(
  headers: HeaderReader,
  etag: string,
): { readonly first: string; readonly last: string } | undefined {
  const [, first, last] = rangePattern.exec(headers.get("range") ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  // A date never matches: no reply shows one. A weak tag never matches either.
  const ifRange = headers.get("if-range")?.trim();
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  return first !== "" && last !== "" && Number(last) < Number(first) ? undefined : { first, last };
}

function sliceOf(from: number, through: number, sizeBytes: number): Required<Slice> {
  if (from >= sizeBytes) throw new RangeNotSatisfiable(sizeBytes);
  return { offset: from, length: through - from + 1 };
}
