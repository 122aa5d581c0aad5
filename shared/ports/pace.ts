import { setImmediate } from "node:timers/promises";

/**
 * Work over input goes in stretches, cut by time whatever the input is like: between two of them the event loop has its
 * turn, so that requests are answered, and whoever holds something keeps it.
 */
export interface Pace {
  /** Whether the stretch is over: ask it beside every small piece of work, such as a row; it costs less than one. */
  isOver(): boolean;
  /** Ends the stretch, and begins the next one. Throws what the sign of life throws. */
  rest(): Promise<void>;
}

/** Begins the first stretch; `beat` is a sign of life, given at each rest. */
export type StartPace = (beat?: () => Promise<void>) => Pace;

/** How long a request may have to wait for work over input to let it by. */
const stretchMs = 20;

/** Stretches by a clock that never goes back, in milliseconds. */
export function paceBy(now: () => number): StartPace {
  return (beat) => {
    let endsAt = now() + stretchMs;
    return {
      isOver: () => now() >= endsAt,
      async rest() {
        await setImmediate();
        await beat?.();
        endsAt = now() + stretchMs;
      },
    };
  };
}

export const startPace: StartPace = paceBy(() => performance.now());
