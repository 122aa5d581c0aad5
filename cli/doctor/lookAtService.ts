import { exitCodes } from "../exitCodes.ts";
import { messageOf } from "../failure.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Finding } from "./finding.ts";

const timeoutMs = 15_000;
/** Of `Date`, whole seconds and the way of the answer. */
const inexactMs = 3_000;
const notedMs = 30_000;
/** The service allows issuers five minutes at most. */
const wrongMs = 240_000;

/** Whether the service answers at its address, and whether the clocks agree. */
export async function lookAtService(
  baseUrl: string,
  { fetch, now, signal }: Surroundings,
): Promise<readonly Finding[]> {
  const before = now();
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const answer = await fetch(new Request(new URL("/healthz", baseUrl), { signal: within, redirect: "manual" }));
    const text = await answer.text();
    if (answer.status === 200 && text.trim() === "healthy") {
      const date = Date.parse(answer.headers.get("date") ?? "");
      const well: Finding = { check: "service", is: "well", what: `${baseUrl} answers in ${now() - before} ms` };
      return Number.isNaN(date) ? [well] : [well, toClock(date - (before + now()) / 2)];
    }
    const what = `${baseUrl} answers with status ${answer.status}, and not as this service does`;
    return [{ check: "service", is: "wrong", what, mend: mendStatus(answer.status), exitCode: exitCodes.unreachable }];
  } catch (error) {
    if (signal.aborted) throw error;
    const what = `${baseUrl} cannot be reached: ${messageOf(error)}`;
    return [{ check: "service", is: "wrong", what, mend: mendOf(error), exitCode: exitCodes.unreachable }];
  }
}

function toClock(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) < notedMs) {
    const what = Math.abs(skewMs) < inexactMs ? "the clocks agree" : `the clocks are ${seconds} s apart`;
    return { check: "clock", is: "well", what };
  }
  const what = `the clock of this machine is ${seconds} s ${skewMs > 0 ? "behind" : "ahead of"} that of the service`;
  const mend = "Set it by the network (w32tm /resync, timedatectl set-ntp true): tokens count for their times alone.";
  if (Math.abs(skewMs) < wrongMs) return { check: "clock", is: "noted", what, mend };
  return { check: "clock", is: "wrong", what, mend, exitCode: exitCodes.failed };
}

function mendStatus(status: number): string {
  if (status >= 500) return "The app does not start or is being restarted: look into its log, and at its settings.";
  return "Another program listens there: give the address of the function app itself, without a path.";
}

const mends: readonly (readonly [pattern: RegExp, mend: string])[] = [
  [/ECONNREFUSED/, "Nothing listens there. Start the service (npm start), or look at the port."],
  [/ENOTFOUND|EAI_AGAIN/, "There is no host of this name: look at --url and RECURRING_INTEGRATIONS_URL."],
  [
    /CERT|certificate|SELF_SIGNED|UNABLE_TO_VERIFY/i,
    "Let Node trust its certificate: NODE_EXTRA_CA_CERTS=<file in PEM>.",
  ],
  [/wrong version number|ERR_SSL|EPROTO/i, "It speaks http and not https there, or the other way round."],
  [
    /TimeoutError|timeout|ETIMEDOUT|UND_ERR/i,
    "Something on the way swallows the call: a firewall, a proxy, or a private network.",
  ],
];

function mendOf(error: unknown): string {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 8; at = at.cause) {
    codes.push(at.name, at.message, "code" in at ? String(at.code) : "");
  }
  const text = codes.join(" ");
  return mends.find(([pattern]) => pattern.test(text))?.[1] ?? "Look at the address, the network and the proxy.";
}
