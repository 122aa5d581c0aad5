import { describe, expect, test } from "vitest";
import { patientFetch } from "../../cli/connection/patientFetch.ts";

/** A service that answers as told, one after another, and a patient client of it. */
function clientOf(...answers: readonly (number | Error)[]) {
  const pauses: number[] = [];
  const bodies: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    bodies.push(await request.text());
    const answer = answers[bodies.length - 1] ?? 200;
    if (typeof answer !== "number") throw answer;
    return new Response("{}", { status: answer, headers: answer === 429 ? { "retry-after": "7" } : {} });
  };
  const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
  return { pauses, bodies, ask: patientFetch({ fetch, pause, signal: new AbortController().signal }) };
}

const url = "https://files.example/x";
const posted = () => new Request(url, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
const file = () => new Request(url, { method: "POST", body: "rows", headers: { "content-type": "text/csv" } });
const lost = new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
const nobody = new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });

describe("a call to a service that is busy or away", () => {
  test("is repeated after the time that the service says, with its body", async () => {
    const { ask, pauses, bodies } = clientOf(429, 503);

    expect((await ask(posted())).status).toBe(200);
    expect(pauses).toEqual([7_000, 1_000]);
    expect(bodies).toEqual(["{}", "{}", "{}"]);
  });

  test("is given up after five times, with the last answer", async () => {
    const { ask, bodies } = clientOf(503, 503, 503, 503, 503);

    expect((await ask(posted())).status).toBe(503);
    expect(bodies).toHaveLength(5);
  });

  test("is repeated when its answer is lost only where it reads", async () => {
    const [reader, writer] = [clientOf(lost), clientOf(lost)];

    expect((await reader.ask(new Request(url))).status).toBe(200);
    await expect(writer.ask(posted())).rejects.toBe(lost);
  });

  test("is not repeated where a file was its body, nor where nobody listens", async () => {
    const [sender, stranger] = [clientOf(503), clientOf(nobody)];

    expect((await sender.ask(file())).status).toBe(503);
    await expect(stranger.ask(new Request(url))).rejects.toBe(nobody);
    expect(stranger.bodies).toHaveLength(1);
  });
});
