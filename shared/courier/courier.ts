import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { Courier, CourierRequest } from "../ports/webhooks.ts";
import { checkedLookup, ClosedTarget, closedTarget } from "./checkedLookup.ts";
import { mayCall } from "./publicAddress.ts";

/** For the whole call: name, connection, handshake and answer. */
const callMs = 15_000;
/** Of an answer nobody reads more; its status is all that counts. */
const answerBytesMax = 16 * 1024;

export interface CourierOptions {
  readonly mayBeLocal: boolean;
  readonly eventGridToken: () => Promise<string>;
  readonly callMs?: number;
  readonly lookup?: ReturnType<typeof checkedLookup>;
}

/**
 * Calls targets by a connection of its own for each, to an address that is checked when it connects. It follows no
 * redirection, and reads no more of an answer than it must.
 */
export function createCourier(options: CourierOptions): Courier {
  const { mayBeLocal, eventGridToken } = options;
  return {
    mayBeLocal,
    // Whatever keeps the service from a token, the delivery waits and is tried again.
    eventGridToken: () => eventGridToken().catch(() => undefined),
    async post(request) {
      try {
        return { status: await post(request, options) };
      } catch (error) {
        return { failure: reasonOf(error) };
      }
    },
  };
}

function post({ url: text, headers, body }: CourierRequest, options: CourierOptions): Promise<number> {
  const { mayBeLocal, callMs: timeoutMs = callMs, lookup = checkedLookup(mayBeLocal) } = options;
  const url = new URL(text);
  requireOpen(url, mayBeLocal);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise<number>((resolve, reject) => {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const all = { "user-agent": "recurring-integrations", ...headers, ...length };
    // Without an agent, so that no connection is kept whose address was checked for another call.
    const sent = send(url, { method: "POST", headers: all, agent: false, lookup, signal }, (answer) => {
      drain(answer).then(() => resolve(answer.statusCode ?? 0), reject);
    });
    sent.on("error", reject);
    // The request of a target that changes to another protocol neither answers nor fails by itself.
    sent.on("upgrade", ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve(statusCode);
    });
    signal.addEventListener("abort", () => reject(new DOMException("It took too long.", "TimeoutError")), {
      once: true,
    });
    sent.end(body);
  });
}

/** An address in place of a name is never looked up, so it is judged here. */
function requireOpen({ protocol, hostname }: URL, mayBeLocal: boolean): void {
  const isAllowed = protocol === "https:" || (protocol === "http:" && mayBeLocal);
  if (!isAllowed) throw new ClosedTarget("Events go over https alone.");
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !mayCall(address, mayBeLocal)) throw closedTarget(hostname);
}

/** Lets the target end its answer, and hangs up on one that does not end. */
async function drain(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > answerBytesMax) break;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens there.",
  ECONNRESET: "It hung up without an answer.",
  ENOTFOUND: "There is no host of this name.",
  EAI_AGAIN: "The name of the host could not be looked up.",
  ETIMEDOUT: "No connection came about.",
  EHOSTUNREACH: "There is no way to the host.",
  ENETUNREACH: "There is no way to the host.",
  EPROTO: "It does not speak TLS.",
};

/** For people, and nothing that a target wrote. */
function reasonOf(error: unknown): string {
  if (error instanceof ClosedTarget) return error.message;
  if (!(error instanceof Error)) return "The call failed.";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "It did not answer in time.";
  const code = "code" in error ? String(error.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return `Its certificate is not trusted (${code}).`;
  return reasons[code] ?? `The call failed${code === "" ? "" : ` (${code})`}.`;
}
