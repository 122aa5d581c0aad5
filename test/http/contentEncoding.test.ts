import { createHash, randomBytes } from "node:crypto";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import { decodeBody, readEncoding } from "../../shared/http/contentEncoding.ts";
import { bytesOf } from "../support/definitions.ts";

const bytesMax = 64 * 1024;
const text = "CustomerGroupId,Description\r\n10,Müller\r\n".repeat(400);
const headers = (encoding: string): Headers => new Headers({ "content-encoding": encoding });

async function decoded(encoding: string, ...chunks: readonly Uint8Array[]): Promise<string> {
  const found: Uint8Array[] = [];
  for await (const chunk of decodeBody(bytesOf(...chunks), headers(encoding))) found.push(chunk);
  return Buffer.concat(found).toString();
}

const quickBrotli = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
const plain = (bytes: Buffer): Buffer => bytes;

const invalid = (message: string) =>
  expect.objectContaining({ code: "invalid", message: expect.stringContaining(message) });

describe("a body in", () => {
  for (const [encoding, encode] of [
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["identity", plain],
    ["", plain],
  ] as const) {
    test(`"${encoding}" (${encode.name}) is what was encoded, in one chunk or byte by byte`, async () => {
      const bytes = Buffer.from(encode(Buffer.from(text)));
      const single = [...bytes].map((byte) => Uint8Array.of(byte));

      expect(await decoded(encoding, bytes)).toBe(text);
      expect(await decoded(encoding, ...single)).toBe(text);
    });
  }

  test("several members of gzip is all of them", async () => {
    expect(await decoded("gzip", gzipSync("one, "), gzipSync("two"))).toBe("one, two");
  });

  for (const encoding of ["utf-8", "zstd", "compress", "gzip, br", "gzip\tgzip"]) {
    test(`"${encoding}" is refused by its name where it would be stored, and stays as it came elsewhere`, async () => {
      expect(() => readEncoding(headers(encoding))).toThrow(invalid("in one of gzip, deflate, br"));
      expect(await decoded(encoding, Buffer.from(text))).toBe(text);
    });
  }
});

describe("a body is refused when it", () => {
  const packed = { gzip: gzipSync(text), deflate: deflateSync(text), br: brotliCompressSync(text) };
  for (const [encoding, bytes] of Object.entries(packed)) {
    test(`is cut short in ${encoding}`, async () => {
      await expect(decoded(encoding, bytes.subarray(0, bytes.length - 3))).rejects.toEqual(invalid("is cut short"));
    });

    test(`is plain, although its header says ${encoding}`, async () => {
      await expect(decoded(encoding, Buffer.from(text))).rejects.toEqual(invalid(`Content-Encoding says ${encoding}`));
    });

    test(`is empty in ${encoding}`, async () => {
      await expect(decoded(encoding)).rejects.toEqual(invalid("is cut short"));
    });

    test(`goes on behind the end of ${encoding}`, async () => {
      await expect(decoded(encoding, bytes, Buffer.from("10,lost\r\n"))).rejects.toMatchObject({ code: "invalid" });
    });
  }
});

test("what the sender's connection did is told as it was, and not as a fault of the encoding", async () => {
  const broken = new DomainError("tooSlow", "The body came too slowly.");
  async function* source(): AsyncGenerator<Uint8Array> {
    yield gzipSync(text).subarray(0, 20);
    throw broken;
  }

  const read = async (): Promise<void> => {
    for await (const _ of decodeBody(source(), headers("gzip")));
  };

  await expect(read()).rejects.toBe(broken);
});

test("a few bytes that become very many come bit by bit, and no more of them than are read", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  let bytesRead = 0;

  for await (const chunk of decodeBody(bytesOf(bomb), headers("gzip"))) {
    bytesRead += chunk.byteLength;
    expect(chunk.byteLength).toBeLessThanOrEqual(64 * 1024);
    if (bytesRead > bytesMax) break;
  }

  expect(bytesRead).toBeLessThanOrEqual(3 * bytesMax);
});

test("encoded bytes that become nothing end soon", async () => {
  let bytesSent = 0;
  const nothing = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync("")));
  async function* empty(): AsyncGenerator<Uint8Array> {
    for (;;) {
      bytesSent += nothing.byteLength;
      yield nothing;
    }
  }

  const read = async (): Promise<void> => {
    for await (const _ of decodeBody(empty(), headers("gzip")));
  };

  await expect(read()).rejects.toEqual(invalid("is larger than what it holds"));
  expect(bytesSent).toBeLessThan(2 * 1024 * 1024);
});

for (const [encoding, encode] of [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", quickBrotli],
] as const) {
  test(`bytes that ${encoding} cannot make smaller come whole, in one chunk or many`, async () => {
    const bytes = randomBytes(6 * 1024 * 1024);
    const packed = encode(bytes);
    const sha = (of: Uint8Array): string => createHash("sha256").update(of).digest("hex");
    async function* inParts(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < packed.byteLength; at += 65_536) yield packed.subarray(at, at + 65_536);
    }

    for (const source of [bytesOf(packed), inParts()]) {
      const found: Uint8Array[] = [];
      for await (const chunk of decodeBody(source, headers(encoding))) found.push(chunk);
      expect(sha(Buffer.concat(found))).toBe(sha(bytes));
    }
  });
}
