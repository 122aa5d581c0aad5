import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { evenChunks } from "../../shared/formats/byteChunks.ts";
import { decodeText } from "../../shared/formats/textDecoding.ts";

const text = "A,é,日本,😀\r\nplain\r\n";

async function decode(bytes: Uint8Array, codePage: number, chunkBytes = 4, isUnicodeRequired = false) {
  async function* source() {
    yield bytes;
  }
  let decoded = "";
  for await (const piece of decodeText(evenChunks(source(), chunkBytes), { codePage, isUnicodeRequired })) {
    decoded += piece;
  }
  return decoded;
}

describe("a text file", () => {
  test.each([
    ["UTF-8", 65001, Buffer.from(text)],
    ["UTF-16 LE", 1200, Buffer.from(text, "utf16le")],
    ["UTF-16 BE", 1201, Buffer.from(text, "utf16le").swap16()],
    ["UTF-32 LE", 12000, iconv.encode(text, "utf-32le", { addBOM: false })],
    ["UTF-32 BE", 12001, iconv.encode(text, "utf-32be", { addBOM: false })],
    ["UTF-7", 65000, iconv.encode(text, "utf-7")],
    ["Shift JIS", 932, iconv.encode("A,日本\r\n", "cp932")],
    ["Windows 1252", 1252, Buffer.from("A,\x80\xe9\r\n", "latin1")],
  ])("in %s is decoded, wherever its bytes are cut", async (_name, codePage, bytes) => {
    const whole = await decode(bytes, codePage, 1_000);

    for (let chunkBytes = 4; chunkBytes < 12; chunkBytes += 1) {
      expect(await decode(bytes, codePage, chunkBytes)).toBe(whole);
    }
    expect(whole.startsWith("A,")).toBe(true);
    expect(iconv.encode(whole, codePage === 932 || codePage === 1252 ? `cp${codePage}` : "utf8")).toEqual(
      codePage === 932 || codePage === 1252 ? bytes : Buffer.from(text),
    );
  });

  test.each([
    ["UTF-8", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16 LE", Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["UTF-16 BE", Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
    ["UTF-32 LE", iconv.encode(text, "utf-32le", { addBOM: true })],
    ["UTF-32 BE", iconv.encode(text, "utf-32be", { addBOM: true })],
  ])("with the byte order mark of %s is that, whatever its format's code page", async (_name, bytes) => {
    expect(await decode(bytes, 1252)).toBe(text);
  });

  test("keeps a byte order mark that is not at its beginning", async () => {
    expect(await decode(Buffer.from("\uFEFFa\uFEFFb"), 65001)).toBe("a\uFEFFb");
  });
});

describe("bytes that are no text are refused with their place", () => {
  test.each([
    ["a byte of Windows 1252 in UTF-8", Buffer.from("abcdef\xe9,x\r\n", "latin1"), 65001, /near byte 7\./],
    ["a byte that UTF-8 never has", Buffer.from("abcd\xff", "latin1"), 65001, /near byte 5\./],
    ["an overlong form", Buffer.from("ab\xc0\xaf", "latin1"), 65001, /near byte 3\./],
    ["a surrogate in UTF-8", Buffer.from("abc\xed\xa0\x80", "latin1"), 65001, /near byte 4\./],
    [
      "UTF-8 that ends within a character",
      Buffer.from("abcé").subarray(0, 4),
      65001,
      /ends in the middle.*near byte 4\./,
    ],
    ["half a pair in UTF-16", Buffer.from("ab\uD800c", "utf16le"), 1200, /near byte 5\./],
    ["half a pair in UTF-16 BE", Buffer.from("ab\uDC00c", "utf16le").swap16(), 1201, /near byte 5\./],
    ["an odd number of bytes in UTF-16", Buffer.from("abc", "utf16le").subarray(0, 5), 1200, /ends in the middle/],
    ["a byte that Windows 1252 lacks", Buffer.from("abcdef\x81", "latin1"), 1252, /code page 1252: .*near byte 7\./],
  ])("%s", async (_what, bytes, codePage, message) => {
    for (const chunkBytes of [4, 5, 1_000]) {
      await expect(decode(bytes, codePage, chunkBytes)).rejects.toEqual(
        expect.objectContaining({ code: "badEncoding", message: expect.stringMatching(message) }),
      );
    }
  });

  test("a code page that nobody knows", async () => {
    await expect(decode(Buffer.from("abc"), 4711)).rejects.toThrow("Code page 4711 is not known");
  });
});

describe("a format that requires Unicode", () => {
  test("takes UTF-16 with a byte order mark", async () => {
    expect(await decode(Buffer.from(`\uFEFF${text}`, "utf16le"), 1200, 4, true)).toBe(text);
  });

  test.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16 without a mark", Buffer.from(text, "utf16le")],
    ["UTF-32", iconv.encode(text, "utf-32le", { addBOM: true })],
  ])("refuses %s", async (_name, bytes) => {
    await expect(decode(bytes, 1200, 4, true)).rejects.toThrow("Selected file is not Unicode");
  });
});
