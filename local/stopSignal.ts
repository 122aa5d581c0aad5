/**
 * Resolves at the first reason to stop: Ctrl-C, a termination, a closed terminal, or the launcher's sudden end. Later
 * signals change nothing: the stop is under way, and Azurite needs its time to save.
 */
export function waitForStop(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
  process.once("disconnect", () => resolve("the launcher's end"));
  return promise;
}

/** A start that somebody ended before it was ready. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Ends every wait of a start at the first reason to stop, as `Stopped`. */
export function endAtStop(stopReason: Promise<string>): <T>(work: Promise<T>) => Promise<T> {
  const stopped = stopReason.then((reason) => Promise.reject(new Stopped(reason)));
  stopped.catch(() => undefined);
  return (work) => Promise.race([work, stopped]);
}
