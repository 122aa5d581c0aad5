import type { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import {
  findGuid,
  publicBaseUrl,
  readBody,
  readExternalIdentifier,
  readIdempotencyKey,
  readQuery,
  requireGuid,
} from "../../shared/http/request.ts";

const guid = "0f2f4f6e-1111-4222-8333-444455556666";
const invalid = expect.objectContaining({ code: "invalid" });
const tooLarge = expect.objectContaining({ code: "tooLarge" });

describe("an id", () => {
  for (const spelling of [
    guid,
    guid.toUpperCase(),
    `{${guid}}`,
    `%7B${guid.toUpperCase()}%7D`,
    `%257b${guid}%257d`,
    `"${guid}"`,
    `'${guid}'`,
    `"{${guid}}"`,
    `\\"${guid}\\"`,
    `%22${guid}%22`,
    ` ${guid}\n`,
  ]) {
    test(`may be spelled ${JSON.stringify(spelling)}`, () => {
      expect(requireGuid(spelling, "activity id")).toBe(guid);
    });
  }

  for (const text of [
    "",
    "demo",
    guid.slice(1),
    `${guid}0`,
    guid.replaceAll("-", ""),
    `${guid}/${guid}`,
    `${guid}' or PartitionKey ne '`,
    `../${guid}`,
    "%",
    "%7",
    "\u0000".repeat(200),
    `{${guid}}`.padEnd(300, " "),
    guid.replace("0", "\uff10"),
  ]) {
    test(`is refused as ${JSON.stringify(text.slice(0, 50))}`, () => {
      expect(findGuid(text)).toBeUndefined();
      expect(() => requireGuid(text, "activity id")).toThrow(invalid);
    });
  }

  test("that is missing is refused in other words than one that is no GUID", () => {
    expect(() => requireGuid(undefined, "jobId")).toThrow("The jobId is missing. Send a GUID.");
    expect(() => requireGuid(null, "jobId")).toThrow("The jobId is missing. Send a GUID.");
    expect(() => requireGuid("x\u001b[31m", "jobId")).toThrow('The jobId "x\\u001b[31m" is no GUID.');
  });
});

describe("a query", () => {
  for (const [what, query, entity] of [
    ["a blank as +", "entity=Customer+groups", "Customer groups"],
    ["a blank as %20", "entity=Customer%20groups", "Customer groups"],
    ["a plus as %2b", "entity=A%2bB", "A+B"],
    ["a percent sign once", "entity=100%2520", "100%20"],
    ["UTF-8 in upper case", "entity=Caf%C3%A9s", "Cafés"],
    ["UTF-8 in lower case", "entity=caf%c3%a9s", "cafés"],
    ["%u of the .NET Framework", "entity=Caf%u00e9s", "Cafés"],
    ["%u escaped once more", "entity=Caf%25u00e9s", "Cafés"],
    ["a surrogate pair in %u", "entity=%uD83D%uDE00", "😀"],
    ["half a surrogate pair", "entity=%uD83D", "\ufffd"],
    ["a lone percent sign", "entity=100%", "100%"],
    ["a broken escape", "entity=%zz%4", "%zz%4"],
    ["a broken %u", "entity=%u12", "%u12"],
    ["bytes that are no UTF-8", "entity=%E9", "\ufffd"],
    ["an ampersand and an equals sign", "entity=a%26b=c", "a&b=c"],
    ["a name in another case", "ENTITY=Widgets", "Widgets"],
    ["a name that is escaped", "%65ntity=Widgets", "Widgets"],
    ["the first of two", "entity=Widgets&Entity=Others", "Widgets"],
    ["an empty value", "entity=", ""],
    ["no value", "entity", ""],
    ["another parameter before it", "company=USMF&entity=Widgets#x=1", "Widgets"],
  ] as const) {
    test(`gives ${what}`, () => {
      expect(readQuery(`https://demo.example/api?${query}`).get("entity")).toBe(entity);
    });
  }

  test("has no parameters when there is none", () => {
    expect([...readQuery("https://demo.example/api/connector"), ...readQuery("https://demo.example/a?&&")]).toEqual([]);
  });

  test("may name a parameter __proto__ without harm", () => {
    const query = readQuery("https://demo.example/?__proto__=1&constructor=2");

    expect([...query]).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  test("is bounded in length and in parameters", () => {
    expect(() => readQuery(`https://demo.example/?a=${"x".repeat(8_192)}`)).toThrow(invalid);
    expect(() => readQuery(`https://demo.example/?${"a=1&".repeat(65)}`)).toThrow(invalid);
    expect(readQuery(`https://demo.example/?${"a=1&".repeat(64)}`).size).toBe(1);
  });
});

describe("an external identifier", () => {
  const read = (value: string): string | undefined =>
    readExternalIdentifier(new Headers({ "x-ms-dyn-externalidentifier": value }));

  test("is kept as it was sent", () => {
    expect(read("widgets {0001} $.csv")).toBe("widgets {0001} $.csv");
    expect(read("../../a\\b.csv")).toBe("../../a\\b.csv");
  });

  test("is absent when the header is absent or blank", () => {
    expect(readExternalIdentifier(new Headers())).toBeUndefined();
    expect(read("  ")).toBeUndefined();
  });

  test.each([
    ["M%C3%BCller.csv", "Müller.csv"],
    [encodeURIComponent("für 😀/1.csv"), "für 😀/1.csv"],
    ["UTF-8''M%C3%BCller%201.csv", "Müller 1.csv"],
    ["utf-8'de'plain%20name.csv", "plain name.csv"],
    ["UTF-8''a%0d%0ab", "a\\u000d\\u000ab"],
  ])("outside of ASCII is sent as %s, and read as %s", (sent, name) => {
    expect(read(sent)).toBe(name);
  });

  test.each(["50%25 off.csv", "a%20b.csv", "100%.csv", "M%FCller.csv", "%E2%82.csv", "it's 'x'.csv"])(
    "that is no encoded text, such as %s, stays as it is",
    (name) => {
      expect(read(name)).toBe(name);
    },
  );

  test("has its control and direction marks escaped", () => {
    expect(read("a\u0001\u007fb\tc")).toBe("a\\u0001\\u007fb\\u0009c");
    expect(read(encodeURIComponent("fdp\u202e.exe\u2028"))).toBe("fdp\\u202e.exe\\u2028");
  });

  test("is cut at 1,024 characters, never within a character", () => {
    expect(read("x".repeat(8_192))).toBe("x".repeat(1_024));
    expect(read(encodeURIComponent(`x${"😀".repeat(600)}`))).toBe(`x${"😀".repeat(511)}`);
  });
});

describe("an idempotency key", () => {
  const read = (value: string): string | undefined => readIdempotencyKey(new Headers({ "idempotency-key": value }));

  test("is 1 to 255 printable characters", () => {
    expect(read('"8e03978e-40d5"')).toBe('"8e03978e-40d5"');
    expect(read("~".repeat(255))).toHaveLength(255);
    expect(readIdempotencyKey(new Headers())).toBeUndefined();
  });

  for (const key of ["", "x".repeat(256), "a\tb", "\u00fc"]) {
    test(`is refused as ${JSON.stringify(key.slice(0, 10))} of ${key.length} characters`, () => {
      expect(() => read(key)).toThrow(invalid);
    });
  }
});

describe("the public address", () => {
  const at = (url: string, headers: Readonly<Record<string, string>> = {}, configured?: string): string =>
    publicBaseUrl({ url, headers: new Headers(headers) }, configured);

  test("is the configured one, whatever was forwarded", () => {
    const forwarded = { "x-forwarded-host": "evil.example" };

    expect(at("http://internal/api", forwarded, "https://demo.example/d365/")).toBe("https://demo.example/d365");
  });

  test("is what the front end forwarded", () => {
    const forwarded = { "x-forwarded-host": "Demo.example:8443, inner", "x-forwarded-proto": "https" };

    expect(at("http://10.0.0.4:8080/api", forwarded)).toBe("https://demo.example:8443");
  });

  test("is https on every host but the machine's own", () => {
    expect(at("http://demo.example/api")).toBe("https://demo.example");
    expect(at("http://demo.example/", { "x-forwarded-proto": "http" })).toBe("https://demo.example");
    expect(at("http://localhost:7071/api")).toBe("http://localhost:7071");
    expect(at("http://127.0.0.1:7071/api")).toBe("http://127.0.0.1:7071");
    expect(at("http://[::1]:7071/api")).toBe("http://[::1]:7071");
    expect(at("https://localhost/api")).toBe("https://localhost");
    expect(at("http://localhost.evil.example/")).toBe("https://localhost.evil.example");
    expect(at("http://x/", { "x-forwarded-host": "localhost:7071", "x-forwarded-proto": "javascript" })).toBe(
      "https://localhost:7071",
    );
  });

  for (const host of [
    "",
    "evil.example/path",
    "user@evil.example",
    "evil.example?x=",
    "a b",
    "evil..example",
    "-evil.example",
    "evil.example:",
    "evil.example:port",
    "<script>",
    "x".repeat(254),
    "exämple",
  ]) {
    test(`is never "${host.slice(0, 30)}"`, () => {
      expect(at("https://demo.example/api", { "x-forwarded-host": host })).toBe("https://demo.example");
    });
  }
});

describe("a small body", () => {
  async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
    for (const size of sizes) yield Buffer.alloc(size, 120);
  }

  test("is read whole up to its limit", async () => {
    const body = await readBody({ headers: new Headers(), body: chunks(3, 4, 3) }, 10);

    expect(Buffer.from(body).toString()).toBe("xxxxxxxxxx");
  });

  test("may be absent", async () => {
    expect(await readBody({ headers: new Headers(), body: null }, 10)).toHaveLength(0);
  });

  test("that declares too much is refused before it is read", async () => {
    const body = chunks(5);
    const headers = new Headers({ "content-length": "11" });

    await expect(readBody({ headers, body }, 10)).rejects.toThrow(tooLarge);

    expect(await body.next()).toMatchObject({ done: false });
  });

  test("that lies about its length is refused at the chunk that passes the limit, and read no further", async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read++;
        yield Buffer.alloc(4);
      }
    }

    await expect(readBody({ headers: new Headers({ "content-length": "1" }), body: endless() }, 10)).rejects.toThrow(
      tooLarge,
    );

    expect(read).toBe(3);
  });

  test("may be that of a function's request", async () => {
    const request = new Request("https://demo.example", { method: "POST", body: "{}" });
    const asFunctionsTypeIt: Pick<HttpRequest, "headers" | "body"> = request;

    expect(await readBody(asFunctionsTypeIt, 10)).toHaveLength(2);
  });
});
