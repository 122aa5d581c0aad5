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

/**
 * Which part of a file a GET asks for, as RFC 9110 has it. Undefined is the whole: no range, several ranges, one that
 * makes no sense, or an If-Range that names another version. Throws `RangeNotSatisfiable`.
 */
export function readRange(headers: HeaderReader, { sizeBytes, etag }: Held): Required<Slice> | undefined {
  const [, first, last] = rangePattern.exec(headers.get("range") ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  // A date never matches: no reply shows one. A weak tag never matches either.
  const ifRange = headers.get("if-range")?.trim();
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  if (first === "") return sliceOf(Math.max(0, sizeBytes - Number(last)), sizeBytes - 1, sizeBytes);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return sliceOf(Number(first), last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1), sizeBytes);
}

function sliceOf(from: number, through: number, sizeBytes: number): Required<Slice> {
  if (from >= sizeBytes) throw new RangeNotSatisfiable(sizeBytes);
  return { offset: from, length: through - from + 1 };
}
