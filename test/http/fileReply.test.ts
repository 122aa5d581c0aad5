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

  test("that another making may make differently has no length and no parts", async () => {
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

/** The same ten bytes, made anew each time, of what no other test makes a file of. */
function madeFile(made: string = content): SentFile & { readonly makings: () => { begun: number; ended: number } } {
  const makings = { begun: 0, ended: 0 };
  names += 1;
  return {
    makings: () => makings,
    madeOf: `the ten digits, ${names}`,
    async *read() {
      makings.begun += 1;
      try {
        for (const part of made.match(/.{1,3}/g) ?? []) yield Buffer.from(part);
      } finally {
        makings.ended += 1;
      }
    },
  };
}
let names = 0;

describe("a file that is made while it goes", () => {
  test("goes out at once, without a length as long as nobody knows it", async () => {
    const file = madeFile();
    const first = await ask({}, file);
    expect(first).toMatchObject({ status: 200, text: content, headers: { "accept-ranges": "bytes" } });
    expect(first.headers).not.toHaveProperty("content-length");

    const second = await ask({}, file);
    expect(second).toMatchObject({ text: content, headers: { "content-length": "10", etag: first.headers["etag"] } });
    expect(file.makings().begun).toBe(2);
  });

  test("shows to a HEAD what a stored one shows, and is made for it once", async () => {
    const file = madeFile();
    const replies = [await ask({}, file, "HEAD"), await ask({ range: "bytes=2-3" }, file, "HEAD")];

    for (const { status, text, headers } of replies) {
      expect([status, text, headers["content-length"], headers["accept-ranges"]]).toEqual([200, "", "10", "bytes"]);
    }
    expect(file.makings().begun).toBe(1);
  });

  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=3-5", "345", "bytes 3-5/10"],
    ["bytes=9-100", "9", "bytes 9-9/10"],
  ])("goes in the part %s, and what is behind that is not made", async (range, text, contentRange) => {
    const file = madeFile();
    const reply = await ask({ range }, file);

    expect(reply).toMatchObject({ status: 206, text });
    expect(reply.headers).toMatchObject({ "content-range": contentRange, "content-length": String(text.length) });
    expect(file.makings()).toEqual({ begun: 2, ended: 2 });
  });

  test("has nothing behind its end, and says how long it is", async () => {
    await expect(ask({ range: "bytes=10-" }, madeFile())).rejects.toMatchObject({ sizeBytes: 10 });
  });

  test("goes on under its tag alone: made of something else, it comes whole and under another one", async () => {
    const file = madeFile();
    const { etag: before = "" } = (await ask({}, file, "HEAD")).headers;
    expect(before).toMatch(/^"[\w-]+"$/);
    expect(await ask({ range: "bytes=8-", "if-range": before }, file)).toMatchObject({ status: 206, text: "89" });

    const changed = madeFile("abcdefghijk");
    const reply = await ask({ range: "bytes=8-", "if-range": before }, changed);

    expect(reply).toMatchObject({ status: 200, text: "abcdefghijk" });
    expect(reply.headers["etag"]).not.toBe(before);
    expect(changed.makings().begun).toBe(1);
  });

  test("is made once for all who ask for its length meanwhile", async () => {
    const file = madeFile();
    const replies = await Promise.all([1, 2, 3].map(() => ask({}, file, "HEAD")));

    expect(replies.map(({ headers }) => headers["content-length"])).toEqual(["10", "10", "10"]);
    expect(file.makings().begun).toBe(1);
  });

  test("that could not be made is refused, and made anew for the next one", async () => {
    const file = madeFile();
    // oxlint-disable-next-line require-yield
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      throw new DomainError("gone", "It is gone.");
    };

    for (const method of ["HEAD", "GET"]) {
      const asked = ask({ range: "bytes=1-" }, { ...file, read: failing }, method);
      await expect(asked).rejects.toMatchObject({ code: "gone" });
    }
    expect(await ask({ range: "bytes=1-" }, file)).toMatchObject({ status: 206, text: content.slice(1) });
  });

  test("that is shorter than it was breaks off, so that nobody takes it for whole", async () => {
    const file = madeFile();
    await ask({}, file, "HEAD");

    const reply = ask({ range: "bytes=4-" }, { ...file, read: madeFile("012345").read });

    await expect(reply).rejects.toThrow("has 6 bytes, which is less than before");
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
