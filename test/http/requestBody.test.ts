import { describe, expect, test } from "vitest";
import { readRequestBody } from "../../shared/http/requestBody.ts";

const chunk = new Uint8Array([1, 2]);

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const next of body) chunks.push(next);
  return chunks;
}

describe("a request's body", () => {
  test("is read to its end", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(chunk);
        controller.enqueue(chunk);
        controller.close();
      },
    });

    expect(await collect(readRequestBody(body))).toEqual([chunk, chunk]);
  });

  test("that is not there has no bytes", async () => {
    expect(await collect(readRequestBody(null))).toEqual([]);
  });

  test("whose client left is the client's error, not the service's", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("aborted")),
    });

    await expect(collect(readRequestBody(body))).rejects.toMatchObject({ code: "invalid" });
  });
});
