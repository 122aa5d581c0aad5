import { describe, expect, test } from "vitest";
import { graphDirectory } from "../../infra/entra/graph.ts";

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Microsoft Graph, as far as it answers what it is told to, one answer after another. */
function graphThatAnswers(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const sent: Sent[] = [];
  const pausesMs: number[] = [];
  const directory = graphDirectory("token", {
    async send(url, { method, headers, body }) {
      const text = typeof body === "string" ? body : "null";
      sent.push({ url, method, headers: new Headers(headers), body: JSON.parse(text) });
      const [status, answer] = answers[sent.length - 1]!;
      return new Response(status === 204 ? null : JSON.stringify(answer), { status });
    },
    async pause(ms) {
      pausesMs.push(ms);
    },
  });
  return { directory, sent, pausesMs };
}

const refusal = (code: string) => ({ error: { code, message: "Because." } });

describe("Microsoft Graph", () => {
  test("is asked with the token", async () => {
    const { directory, sent } = graphThatAnswers([200, { id: "1" }]);

    expect(await directory.get("/applications/1")).toEqual({ id: "1" });
    expect(sent[0]).toMatchObject({ url: "https://graph.microsoft.com/v1.0/applications/1", method: "GET" });
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer token");
  });

  test("finds nothing where there is nothing, at once", async () => {
    const { directory, pausesMs } = graphThatAnswers([404, refusal("Request_ResourceNotFound")]);

    expect(await directory.find("/applications/1")).toBeUndefined();
    expect(pausesMs).toEqual([]);
  });

  test("is asked again for what was just written and is not seen yet", async () => {
    const { directory, pausesMs } = graphThatAnswers(
      [404, refusal("Request_ResourceNotFound")],
      [503, refusal("ServiceUnavailable")],
      [200, { id: "1" }],
    );

    expect(await directory.get("/applications/1")).toEqual({ id: "1" });
    expect(pausesMs).toHaveLength(2);
  });

  test("is not asked for ever", async () => {
    const { directory, sent } = graphThatAnswers(...Array.from({ length: 20 }, () => [404, refusal("Gone")] as const));

    await expect(directory.get("/applications/1")).rejects.toThrow("Microsoft Graph answered 404 Gone: Because.");
    expect(sent).toHaveLength(8);
  });

  test("says why it refuses, and is not asked again", async () => {
    const { directory, sent } = graphThatAnswers([400, refusal("HostNameNotOnVerifiedDomain")]);

    await expect(directory.update("/applications/1", { a: 1 })).rejects.toThrow("HostNameNotOnVerifiedDomain");
    expect(sent).toMatchObject([{ method: "PATCH", body: { a: 1 } }]);
  });

  test("creates what is missing under an alternate key only when that is asked for", async () => {
    const { directory, sent } = graphThatAnswers([204, ""], [204, ""]);

    await directory.createOrUpdate("/applications(uniqueName='a')", {});
    await directory.update("/applications/1", {});

    expect(sent.map(({ headers }) => headers.get("prefer"))).toEqual(["create-if-missing", null]);
  });
});
