import type { Ports } from "../ports.ts";
import { within } from "./within.ts";

/** How each thing is asked for that the service cannot do without; the answer does not matter, only that there is one. */
export type Needs = Readonly<Record<string, () => Promise<unknown>>>;

/** Which needs are met. */
export type Readiness = Readonly<Record<string, boolean>>;

type Look = () => Promise<boolean>;

const freshMs = 5_000;
/** Well below what probes wait for: the front end 230 seconds, a test of Azure Monitor 30. */
const askMsMax = 6_000;

/**
 * Asks all needs at once, and no more often than each five seconds however many ask: strangers may, and must not be able to
 * multiply themselves. A need that hangs is not met, and is not asked again while it hangs.
 */
export function watchReadiness({ clock, log }: Pick<Ports, "clock" | "log">, needs: Needs): () => Promise<Readiness> {
  const looks = Object.entries(needs).map(([need, ask]) => [need, lookFor(need, ask, log)] as const);
  let held: { readonly at: number; readonly readiness: Readiness } | undefined;
  let looking: Promise<Readiness> | undefined;

  async function lookAtAll(): Promise<Readiness> {
    const found = await Promise.all(looks.map(async ([need, look]) => [need, await look()] as const));
    const readiness = Object.fromEntries(found);
    held = { at: clock.now(), readiness };
    return readiness;
  }

  return async () => {
    if (held !== undefined && Math.abs(clock.now() - held.at) < freshMs) return held.readiness;
    return (looking ??= lookAtAll().finally(() => {
      looking = undefined;
    }));
  };
}

/** What is told of a need is logged where it changes, with the reason, which no stranger hears. */
function lookFor(need: string, ask: () => Promise<unknown>, log: Ports["log"]): Look {
  let wasMet = true;
  let asking: Promise<unknown> | undefined;
  return async () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const outcome = (await within(outcomeOf(asking), askMsMax)) ?? { error: new Error(`No answer in ${askMsMax} ms.`) };
    const isMet = !("error" in outcome);
    if (wasMet && !isMet) log.error("need.lost", { need }, outcome.error);
    if (!wasMet && isMet) log.info("need.met", { need });
    wasMet = isMet;
    return isMet;
  };
}

async function outcomeOf(asked: Promise<unknown>): Promise<{ readonly answer: unknown } | { readonly error: unknown }> {
  try {
    return { answer: await asked };
  } catch (error) {
    return { error };
  }
}

interface ReadyReply {
  readonly status: 200 | 503;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** 200 when everything is there that the service needs, else 503; which of it is not, and not why. */
export function toReadyReply(readiness: Readiness): ReadyReply {
  const isReady = Object.values(readiness).every(Boolean);
  const toWord = (isMet: boolean): string => (isMet ? "ready" : "notReady");
  const needs = Object.fromEntries(Object.entries(readiness).map(([need, isMet]) => [need, toWord(isMet)]));
  return {
    status: isReady ? 200 : 503,
    headers: { "content-type": "application/json; charset=utf-8", ...(isReady ? {} : { "retry-after": "5" }) },
    body: JSON.stringify({ status: toWord(isReady), needs }),
  };
}
