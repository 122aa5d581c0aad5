import { TimedOut, UsageError } from "../exitCodes.ts";
import type { Progress } from "../output/progress.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Standing } from "./standing.ts";

const firstPauseMs = 500;
const pauseMsMax = 5_000;
const inTimeMs = 24 * 60 * 60_000;

type World = Pick<Surroundings, "now" | "pause" | "signal"> & { readonly progress: Progress };

/** Looks at a message until it ends, first soon and then less often. Throws `TimedOut` where that takes longer than `withinMs`. */
export async function awaitEnd(
  { id, name = id }: { readonly id: string; readonly name?: string },
  look: (id: string, signal: AbortSignal) => Promise<Standing>,
  world: World,
  withinMs = inTimeMs,
): Promise<Standing> {
  const { now, pause, signal, progress } = world;
  const step = progress.begin({ name });
  const until = now() + withinMs;
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, pauseMsMax)) {
      const standing = await look(id, signal);
      if (standing.isFinal) return standing;
      if (now() >= until) throw new TimedOut(`${name} is ${standing.state}, and did not end in time.`);
      step.at(0, standing.state);
      await pause(Math.min(pauseMs, Math.max(until - now(), 0)), signal);
    }
  } finally {
    step.done();
  }
}

/** The option `--timeout`, in seconds. */
export function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0 && text.trim() !== "") return seconds * 1000;
  throw new UsageError(`--timeout is "${text}"; it is a number of seconds, such as 600.`);
}
