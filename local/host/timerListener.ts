import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HostedFunction, HostLog } from "./coreTypes.ts";
import { parseCron, type CronSchedule } from "./cron.ts";
import { describeError } from "./describeError.ts";
import type { HostedApp } from "./hostedApp.ts";
import { readJsonIfAny } from "../readFileIfAny.ts";
import { resolveSettings } from "./settings.ts";

export interface TimerListener {
  readonly functionName: string;
  readonly schedule: string;
  stop(): void;
}

export interface TimerOptions {
  /** Where due times are kept between starts; without it a missed one is not noticed. */
  readonly statusFolder: string | undefined;
  readonly log: HostLog;
}

interface Status {
  readonly last: number | undefined;
  readonly next: number | undefined;
}

/** setTimeout counts in 32 bits; a longer wait is taken in steps. */
const waitMsMax = 24 * 60 * 60_000;

/**
 * Fires a timer function at its due times, one invocation at a time: the next due time is taken when the last run has
 * ended. (In Azure a lease sees to that across instances; here there is one.) A due time that passed while nothing ran
 * fires once, with `isPastDue`. A failed run is not repeated.
 */
export async function startTimerListener(
  app: Pick<HostedApp, "invoke">,
  target: HostedFunction,
  { log, statusFolder }: TimerOptions,
): Promise<TimerListener> {
  const { name } = target.metadata;
  const trigger = Object.values(target.metadata.bindings).find(({ type }) => type === "timerTrigger");
  const text = resolveSettings(trigger?.schedule ?? "");
  const schedule = parseCron(text);
  if (schedule.next(Date.now()) === undefined) throw new Error(`The schedule of "${name}" (${text}) never comes.`);
  const keeper = createStatusKeeper(name, trigger?.useMonitor === false ? undefined : statusFolder);
  const report = (what: string, error: unknown): void =>
    log("error", "host", `The timer function "${name}" ${what}: ${describeError(error)}`);
  const timer = createTimer(
    schedule,
    (status, isPastDue) =>
      app.invoke(target, { input: { json: toTimerInput(status, isPastDue) }, triggerMetadata: {} }).then(
        () => {},
        (error: unknown) => report("failed", error),
      ),
    (status) => keeper.save(status).catch((error: unknown) => report("could not keep its due time", error)),
  );
  const status = await keeper.load();
  const isPastDue = status?.next !== undefined && status.next <= Date.now();
  const isDueAtOnce = isPastDue || trigger?.runOnStartup === true;
  if (isDueAtOnce) void timer.fire(status, isPastDue);
  else void timer.wait(status?.last);
  return { functionName: name, schedule: text, stop: timer.stop };
}

interface StatusKeeper {
  load(): Promise<Status | undefined>;
  save(status: Status): Promise<void>;
}

interface Timer {
  fire(status: Status | undefined, isPastDue: boolean): Promise<void>;
  wait(last: number | undefined): Promise<void>;
  readonly stop: () => void;
}

function createTimer(
  schedule: CronSchedule,
  run: (status: Status | undefined, isPastDue: boolean) => Promise<void>,
  keep: (status: Status) => Promise<void>,
): Timer {
  let handle: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function fire(status: Status | undefined, isPastDue: boolean): Promise<void> {
    const startedAt = Date.now();
    await run(status, isPastDue);
    await wait(startedAt, status?.next);
  }

  /** A timeout may end a little before its time; the due time that it stood for does not come again. */
  async function wait(last: number | undefined, handled = 0): Promise<void> {
    const next = schedule.next(Math.max(Date.now(), handled));
    if (next === undefined || isStopped) return;
    await keep({ last, next });
    arm({ last, next }, next);
  }

  function arm(status: Status, next: number): void {
    if (isStopped) return;
    const waitMs = next - Date.now();
    const step = Math.min(Math.max(waitMs, 0), waitMsMax);
    handle = setTimeout(() => (waitMs > waitMsMax ? arm(status, next) : void fire(status, false)), step);
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(handle);
  }

  return { fire, wait, stop };
}

function toTimerInput(status: Status | undefined, isPastDue: boolean): string {
  const toText = (time: number | undefined): string => new Date(time ?? 0).toISOString();
  const [Last, Next] = [toText(status?.last), toText(status?.next)];
  return JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last, Next, LastUpdated: Last },
    IsPastDue: isPastDue,
  });
}

function createStatusKeeper(functionName: string, folder: string | undefined): StatusKeeper {
  if (folder === undefined) return { load: async () => undefined, save: async () => {} };
  const file = path.join(folder, `${functionName}.json`);
  return {
    load: () => readJsonIfAny<Status>(file),
    async save(status) {
      await mkdir(folder, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify(status));
      await rename(`${file}.new`, file);
    },
  };
}
