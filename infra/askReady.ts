// Asks a service that was deployed whether it is ready, until it is or ten minutes are over:
//   node local/run.mjs infra/askReady.ts https://HOST
// azure.yaml and the workflow run it behind a deployment; azd hands the host over as the output defaultHostName.
import { setTimeout as wait } from "node:timers/promises";
import { type Answer, awaitReady } from "./readyAnswer.ts";

const forMs = 600_000;
const pauseMs = 5_000;
const answerMsMax = 30_000;

const given = process.argv[2] ?? (process.env["defaultHostName"] && `https://${process.env["defaultHostName"]}`);
if (given === undefined || !URL.canParse(given)) {
  console.error("Give the address of the service, such as https://integrations.example.com.");
  process.exitCode = 2;
} else {
  const url = new URL("/healthz/ready", given);
  const { isFailure, text } = await awaitReady(() => ask(url), { forMs, pauseMs, pause: wait, now: Date.now });
  (isFailure ? console.error : console.log)(`${url.href}: ${text}`);
  if (isFailure) process.exitCode = 1;
}

async function ask(url: URL): Promise<Answer> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(answerMsMax) });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    const { cause, message } = error instanceof Error ? error : new Error(String(error));
    return { failure: cause instanceof Error ? cause.message : message };
  }
}
