// The whole service inside a test, whoever runs it: Vitest, Jest or node:test. The service has processes of its own, so
// that it shares nothing with the test but its address. Plain JavaScript, so that no runner has to compile it.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findProgram } from "./program.mjs";

const waitMsDefault = 30_000;
const pollMs = 50;
const stopMsMax = 30_000;
const finalStates = [
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
  "Acked",
  "Discarded",
];

export async function startLocalService({ settings = {} } = {}) {
  const line = await openLine();
  const facts = await line.ask("start", { settings });
  const { baseUrl: url, tokenUrl, applications } = facts;
  const token = (face = "connector") => fetchToken(url, tokenUrl, applications[face] ?? unknownFace(face));
  const manage = async (method, address) => {
    const response = await fetch(`${url}/manage/api/${address}`, {
      method,
      headers: { authorization: `Bearer ${await token("manage")}` },
    });
    const text = await response.text();
    if (response.ok) return text === "" ? undefined : JSON.parse(text);
    throw new Error(`${method} manage/api/${address} was answered with ${response.status}: ${text.slice(0, 500)}`);
  };
  const stop = () => line.close();
  return {
    url,
    tokenUrl,
    clientId: applications.connector.clientId,
    clientSecret: applications.connector.secret,
    token,
    apply: async (folder, { values } = {}) => {
      await line.ask("apply", { folder: toPath(folder), ...(values !== undefined && { values: toPath(values) }) });
    },
    run: async (activityId) => void (await manage("POST", `jobs/${encodeURIComponent(activityId)}/run`)),
    waitFor: (messageId, options) => waitFor(manage, messageId, options),
    stop,
    [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]: stop,
  };
}

/** A runner may have a URL of its own. */
function toPath(place) {
  return path.resolve(typeof place === "string" ? place : fileURLToPath(place.href));
}

function unknownFace(face) {
  throw new Error(`A token is of "connector" or of "manage", and not of "${face}".`);
}

async function fetchToken(url, tokenUrl, { clientId, secret }) {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret,
    scope: `${url}/.default`,
  };
  const response = await fetch(tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  const answer = await response.json();
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Error(`No token: ${answer.error_description ?? response.status}`);
}

async function waitFor(manage, messageId, { timeoutMs = waitMsDefault } = {}) {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const message = await manage("GET", `messages/${encodeURIComponent(messageId)}`);
    if (finalStates.includes(message.state)) return message;
    if (performance.now() > until) {
      const why = message.lastError === undefined ? "" : `: ${message.lastError}`;
      throw new Error(
        `Message ${messageId} is ${message.state} after ${timeoutMs} ms${why}. Is its job due? run() runs it.`,
      );
    }
    await setTimeout(pollMs);
  }
}

async function startProcess() {
  const { node, script } = await findProgram();
  // What a runner says to its own Node is not meant for this one.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return fork(script, {
    execPath: node,
    execArgv: [],
    // What a terminal sends to all its processes, this one answers by its own end.
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env,
  });
}

/** Asks the process of the service, which keeps this one up only while an answer of it is waited for. */
async function openLine() {
  const child = await startProcess();
  const ended = once(child, "exit").catch((error) => [error.message]);
  const asked = new Map();
  let isAsked = 0;
  const hold = (isHeld) => {
    isAsked += isHeld ? 1 : -1;
    const change = isAsked > 0 ? "ref" : "unref";
    child[change]();
    child.channel?.[change]();
  };
  child.on("message", ({ id, result, error }) => {
    const question = asked.get(id);
    if (error === undefined) question?.resolve(result);
    else question?.reject(new Error(error));
  });
  void ended.then(([code]) => {
    for (const question of asked.values()) question.reject(new Error(`The service ended by itself (${code}).`));
  });
  const ask = async (what, given) => {
    if (!child.connected) throw new Error("The service was stopped.");
    const id = `${what} ${asked.size} ${performance.now()}`;
    const answer = new Promise((resolve, reject) => asked.set(id, { resolve, reject }));
    hold(true);
    try {
      child.send({ id, what, given }, (error) => error && asked.get(id)?.reject(error));
      return await answer;
    } finally {
      hold(false);
      asked.delete(id);
    }
  };
  return { ask, close: () => close(child, ended, hold) };
}

async function close(child, ended, hold) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  hold(true);
  if (child.connected) child.disconnect();
  const isEnded = await Promise.race([ended.then(() => true), setTimeout(stopMsMax, false, { ref: false })]);
  if (!isEnded) child.kill("SIGKILL");
  await ended;
}
