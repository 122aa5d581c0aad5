import { describe, expect, test } from "vitest";
import { toReadyReply } from "../../shared/http/readiness.ts";
import { type Answer, awaitReady } from "../../infra/readyAnswer.ts";

const ready: Answer = { status: 200, body: toReadyReply({ blob: true, keys: true }).body };
const notReady: Answer = { status: 503, body: toReadyReply({ blob: true, queue: false, table: false }).body };

/** Asks a service that gives these answers, the last of them for ever. */
async function ask(...answers: readonly Answer[]) {
  let [asked, time] = [0, 0];
  const verdict = await awaitReady(async () => answers[Math.min(asked++, answers.length - 1)]!, {
    forMs: 60_000,
    pauseMs: 5_000,
    pause: async (ms) => (time += ms),
    now: () => time,
  });
  return { ...verdict, asked };
}

describe("a deployment", () => {
  test("is done when the service says that it is ready, however often it did not before", async () => {
    const away: Answer = { failure: "connect ECONNREFUSED" };
    const starting: Answer = { status: 502, body: "<html>Bad gateway</html>" };

    expect(await ask(away, starting, notReady, ready)).toEqual({ isFailure: false, text: "ready", asked: 4 });
  });

  test("is not done by the page of an app without functions", async () => {
    const page: Answer = { status: 200, body: "<html>Your app is up and running</html>" };

    expect(await ask(page)).toMatchObject({ isFailure: true, text: "not ready after 60 s: status 200" });
  });

  test("fails when the service is not ready in time, and says what it lacks", async () => {
    expect(await ask(notReady)).toEqual({
      isFailure: true,
      text: "not ready after 60 s: no answer from queue, table; the log says why (need.lost)",
      asked: 13,
    });
  });

  test("fails when nobody answers", async () => {
    expect(await ask({ failure: "getaddrinfo ENOTFOUND" })).toMatchObject({
      isFailure: true,
      text: "not ready after 60 s: getaddrinfo ENOTFOUND",
    });
  });

  test("does not fail where callers are let in from elsewhere alone", async () => {
    expect(await ask({ status: 403, body: "Ip Forbidden" })).toMatchObject({ isFailure: false, asked: 1 });
  });
});
