import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import type { HostedFunction, InvocationResponse } from "./coreTypes.ts";
import { describeError } from "./describeError.ts";
import type { Call } from "./functionApp.ts";
import { startWorker, type Worker, type WorkerOptions } from "./worker.ts";

/** The app as the host's listeners see it: always there, in one worker after the other. */
export interface HostedApp {
  readonly functions: readonly HostedFunction[];
  /** The worker of now; where the last one ended, the next one, as soon as it is there. */
  worker(): Promise<Worker>;
  /** Runs one invocation in the worker of now. An invocation is not repeated when its worker ends: it throws. */
  invoke(target: HostedFunction, call: Call): Promise<InvocationResponse>;
  /** Rejects when no worker is started any more, because one after the other ended. */
  readonly lost: Promise<never>;
  /** Waits for what runs, at most for the time given, and ends the worker. */
  stop(waitMs: number): Promise<void>;
}

export interface HostedAppOptions extends WorkerOptions {
  /** After this an invocation ends its worker, with all that runs in it; undefined when it may take for ever. */
  readonly timeoutMs: number | undefined;
}

/** Azure's host gives up at the third end as well. */
const quickEndsMax = 3;
/** A worker that served this long has not ended by its start. */
const quickMs = 60_000;
const restartDelayMs = 1_000;

/** Loads the app into a worker, and into another one whenever that ends by itself. */
export async function startHostedApp(options: HostedAppOptions): Promise<HostedApp> {
  const first = await startWorker(options);
  const supervisor = supervise(first, options);
  const running = new Set<Promise<unknown>>();
  return {
    functions: first.functions,
    worker: async () => limit(await supervisor.worker(), options, running),
    invoke: async (target, call) => limit(await supervisor.worker(), options, running).invoke(target, call),
    lost: supervisor.lost,
    async stop(waitMs) {
      supervisor.end();
      if (!(await settle(running, waitMs)))
        options.log("warning", "host", "Invocations were still running at the stop.");
      const worker = await supervisor.worker().catch(() => undefined);
      await worker?.stop(waitMs);
    },
  };
}

interface Supervisor {
  worker(): Promise<Worker>;
  readonly lost: Promise<never>;
  /** From now on an end is none to be mended. */
  end(): void;
}

function supervise(first: Worker, options: HostedAppOptions): Supervisor {
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  let current = Promise.resolve(first);
  let isEnding = false;

  const watch = (worker: Worker, quickEndsBefore: number): void => {
    const readyAt = Date.now();
    void worker.ended.then((how) => {
      if (isEnding) return;
      const quickEnds = Date.now() - readyAt < quickMs ? quickEndsBefore + 1 : 1;
      options.log("error", "host", `The worker (process ${worker.pid}) ${how}`);
      current = startAnother(options, quickEnds, watch, () => isEnding);
      current.catch(lose);
    });
  };
  watch(first, 0);
  return {
    lost,
    end: () => void (isEnding = true),
    async worker() {
      for (;;) {
        const found = await current;
        if (found.isThere() || isEnding) return found;
        // It has just ended, and another one takes its place.
        await found.ended;
      }
    },
  };
}

async function startAnother(
  options: HostedAppOptions,
  quickEnds: number,
  watch: (worker: Worker, quickEnds: number) => void,
  isEnding: () => boolean,
): Promise<Worker> {
  for (let ends = quickEnds; ends < quickEndsMax && !isEnding(); ends += 1) {
    await setTimeoutAsync(ends > 1 ? restartDelayMs : 0);
    try {
      const worker = await startWorker(options);
      watch(worker, ends);
      const text = `Another worker runs (process ${worker.pid}). What was cut off and can come back, comes back.`;
      options.log("warning", "host", text);
      return worker;
    } catch (error) {
      options.log("error", "host", `Another worker could not be started: ${describeError(error)}`);
    }
  }
  if (isEnding()) throw new Error("The host is being stopped.");
  throw new Error(
    `The worker ended ${quickEndsMax} times in a row, each time within ${quickMs / 1000} seconds of its start, and is not ` +
      "started again. The log says how it ended and what it said last; mend that, and start anew.",
  );
}

/** The worker, whose invocations are counted and end it when they take too long. */
function limit(worker: Worker, { timeoutMs, log }: HostedAppOptions, running: Set<Promise<unknown>>): Worker {
  return {
    ...worker,
    async invoke(target, call) {
      const invocation = worker.invoke(target, call);
      running.add(invocation);
      const expire = (): void => {
        log("error", "host", `"${target.metadata.name}" ran longer than functionTimeout allows: its worker is ended.`);
        worker.kill();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs).unref();
      try {
        return await invocation;
      } finally {
        clearTimeout(timer);
        running.delete(invocation);
      }
    },
  };
}

async function settle(running: ReadonlySet<Promise<unknown>>, waitMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), waitMs);
  const isSettled = await Promise.race([Promise.allSettled(running).then(() => true), late]);
  clearTimeout(timer);
  return isSettled;
}
