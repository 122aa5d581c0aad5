import { describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import { begun, type SentFile, toFileReply } from "../../shared/http/fileReply.ts";
import { toErrorReply } from "../../shared/http/reply.ts";
import type { Slice } from "../../shared/ports.ts";

const content = "0123456789";
const etag = '"IjEi"';

/** Ten bytes that come three at a time, and the parts of them that were asked for. */
function storedFile(): SentFile & { readonly asked: (Slice | undefined)[] } {
  const asked: (Slice | undefined)[] = [];
  return {
    asked,
    facts: { sizeBytes: content.length, etag: '"1"' },
    async *read(slice) {
      asked.push(slice);
      const { offset = 0, length = content.length } = slice ?? {};
      for (const part of content.slice(offset, offset + length).match(/.{1,3}/g) ?? []) yield Buffer.from(part);
    },
  };
}

async function ask(headers: Readonly<Record<string, string>> = {}, file: SentFile = storedFile(), method = "GET") {
  const reply = await toFileReply({ method, headers: new Headers(headers) }, file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (reply.body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const shown = Object.fromEntries(new Headers(reply.headers).entries());
  return { status: reply.status, headers: shown, text: Buffer.concat(chunks).toString() };
}

describe("a file", () => {
  test("goes whole to a client that knows nothing of ranges", async () => {
    expect(await ask()).toEqual({
      status: 200,
      headers: { "content-type": "application/octet-stream", "content-length": "10", "accept-ranges": "bytes", etag },
      text: content,
    });
  });

  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-20", content, "bytes 0-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
    ["Bytes = 0-0", "0", "bytes 0-0/10"],
  ])("goes in the part %s", async (range, text, contentRange) => {
    const reply = await ask({ range });

    expect(reply).toMatchObject({ status: 206, text });
    expect(reply.headers).toMatchObject({ "content-range": contentRange, "content-length": String(text.length), etag });
  });

  test.each(["bytes=0-1,4-5", "bytes=5-2", "bytes=a-b", "bytes=-", "lines=0-1", "bytes", "bytes=--1", ""])(
    "goes whole when the range is %j",
    async (range) => {
      expect(await ask({ range })).toMatchObject({ status: 200, text: content });
    },
  );

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])(
    "has nothing for %s, says how long it is, and is not read",
    async (range) => {
      const file = storedFile();
      const refused: unknown = await ask({ range }, file).catch((error: unknown) => error);
      const reply = toErrorReply(refused, "00000000-0000-4000-8000-000000000001");

      expect(reply.status).toBe(416);
      expect(new Headers(reply.headers).get("content-range")).toBe("bytes */10");
      expect(file.asked).toEqual([]);
    },
  );

  test.each([
    ["its own ETag", etag, 206],
    ["another one", '"IjIi"', 200],
    ["a weak one", `W/${etag}`, 200],
    ["a date", "Tue, 24 Nov 2026 12:00:00 GMT", 200],
  ])("goes in parts for an If-Range of %s as it must", async (_, ifRange, status) => {
    expect(await ask({ range: "bytes=0-0", "if-range": ifRange })).toMatchObject({ status });
  });

  test("shows its length to a HEAD, whatever range that names, and is not read for it", async () => {
    const file = storedFile();
    const reply = await ask({ range: "bytes=0-0" }, file, "HEAD");

    expect(reply).toMatchObject({ status: 200, text: "", headers: { "content-length": "10", etag } });
    expect(file.asked).toEqual([]);
  });

  test("that is made while it goes has no length and no parts", async () => {
    const { read } = storedFile();
    const reply = await ask({ range: "bytes=0-1" }, { fileName: "a.csv", read: () => read() });

    expect(reply).toMatchObject({ status: 200, text: content });
    expect(Object.keys(reply.headers).toSorted()).toEqual(["content-disposition", "content-type"]);
  });

  test("that cannot be read is refused before its answer begins", async () => {
    // oxlint-disable-next-line require-yield
    const read = async function* (): AsyncGenerator<Uint8Array> {
      throw new DomainError("gone", "It is gone.");
    };

    await expect(ask({}, { ...storedFile(), read })).rejects.toMatchObject({ code: "gone" });
  });
});

test("bytes that were begun end their source when nobody reads on", async () => {
  let isEnded = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from("first");
    } finally {
      isEnded = true;
    }
  }

  await (await begun(source())).return?.();

  expect(isEnded).toBe(true);
});
