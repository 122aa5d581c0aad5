import type { ServiceEvent } from "./serviceEvent.ts";

export const deliveryStates = ["pending", "delivered", "failed"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One call of a target. */
export interface DeliveryTry {
  readonly at: number;
  readonly durationMs: number;
  readonly status?: number;
  /** Why it does not count as delivered. */
  readonly failure?: string;
}

/** One event on its way to one webhook, and afterwards its line in the log. */
export interface Delivery {
  /** The same in every try, so that a receiver knows a repetition. */
  readonly id: string;
  readonly event: ServiceEvent;
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** Its day begins here: when it came, or somebody sent it again. */
  readonly since: number;
  /** Not tried before; while it is pending. */
  readonly dueAt?: number;
  /** In this day, and in all. */
  readonly tries: number;
  readonly triesInAll: number;
  /** Newest last, at most `triesShown`. */
  readonly lastTries: readonly DeliveryTry[];
}

const triesShown = 10;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Between two tries: growing, then every four hours until the day is over. */
const pausesMs = [5_000, 30_000, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, 60 * minuteMs, 2 * 60 * minuteMs];
const pauseMsMax = 4 * 60 * minuteMs;

export function newDelivery(id: string, event: ServiceEvent, now: number): Delivery {
  return {
    id,
    event,
    state: "pending",
    createdAt: now,
    since: now,
    dueAt: now,
    tries: 0,
    triesInAll: 0,
    lastTries: [],
  };
}

/** After a try: delivered, due again after a pause, or given up when a day is over. */
export function afterTry(delivery: Delivery, done: DeliveryTry): Delivery {
  const { dueAt: _, ...rest } = delivery;
  const lastTries = [...delivery.lastTries, done].slice(-triesShown);
  const tried = { ...rest, tries: delivery.tries + 1, triesInAll: delivery.triesInAll + 1, lastTries };
  if (done.failure === undefined) return { ...tried, state: "delivered" };
  const pauseMs = pausesMs[delivery.tries] ?? pauseMsMax;
  const endedAt = done.at + done.durationMs;
  const dueAt = endedAt + Math.round(pauseMs * (1 + spreadOf(delivery.id) / 5));
  return dueAt <= delivery.since + dayMs ? { ...tried, state: "pending", dueAt } : { ...tried, state: "failed" };
}

/** From 0 to 1, so that what failed together does not come back together. */
function spreadOf(id: string): number {
  return Number.parseInt(id.slice(-2), 16) / 255;
}

/** Sends it once more, whatever became of it, and for another day. */
export function sentAgain(delivery: Delivery, now: number): Delivery {
  return { ...delivery, state: "pending", since: now, dueAt: now, tries: 0 };
}
