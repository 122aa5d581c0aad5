import { describe, expect, test } from "vitest";
import { toOpenApi } from "../../shared/http/openApi.ts";
import { toOpenApiReply } from "../../shared/http/openApiDocument.ts";
import { textOf } from "../usecases/world.ts";

const address = 'https://files.example/"x"';
const ask = (headers: Readonly<Record<string, string>> = {}, baseUrl = address) =>
  toOpenApiReply({ headers: new Headers(headers) }, baseUrl);
const bodyOf = async (reply: ReturnType<typeof ask>) => textOf(reply.body as AsyncIterable<Uint8Array>);
const headerOf = (reply: ReturnType<typeof ask>, name: string) =>
  new Headers(reply.headers as Record<string, string>).get(name);

describe("the OpenAPI document as it is sent", () => {
  test("is the description with the caller's address, and as long as it says", async () => {
    const reply = ask();
    const text = await bodyOf(reply);

    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(toOpenApi(address))));
    expect(headerOf(reply, "content-length")).toBe(String(Buffer.byteLength(text)));
    expect(JSON.parse(await bodyOf(ask({}, "https://other.example"))).servers).toEqual([
      { url: "https://other.example" },
    ]);
  });

  test("is made once, and costs next to nothing afterwards", async () => {
    const chunksOf = async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of ask().body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return chunks;
    };
    const [first, second] = [await chunksOf(), await chunksOf()];

    expect(second[0]).toBe(first[0]);
    expect(second[2]).toBe(first[2]);
  });

  test("is not sent to who has it", () => {
    const etag = headerOf(ask(), "etag")!;

    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    for (const known of [etag, `"a", ${etag}`, `W/${etag}`]) {
      const reply = ask({ "if-none-match": known });
      expect([reply.status, reply.body, headerOf(reply, "etag")]).toEqual([304, undefined, etag]);
    }
    expect(ask({ "if-none-match": '"a"' }).status).toBe(200);
    expect(ask({ "if-none-match": etag }, "https://other.example").status).toBe(200);
  });
});
