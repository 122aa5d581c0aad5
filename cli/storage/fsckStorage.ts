import { fsck, type Judged } from "../../shared/fsck/fsck.ts";
import type { World } from "../../shared/fsck/world.ts";
import type { Call } from "../command.ts";
import { canDecompress } from "../../shared/storage/segments/frames.ts";
import { type ExitCode, exitCodes, UsageError } from "../exitCodes.ts";
import { printable } from "../output/printable.ts";
import type { Step } from "../output/progress.ts";
import { requireKnownRetention } from "./knownRetention.ts";
import { openStorage } from "./openStorage.ts";
import type { storageOptions } from "./options.ts";
import { portsBeside } from "./portsBeside.ts";
import { whichStorage } from "./whichStorage.ts";

const tooOld = `Records are packed in a way that Node ${process.versions.node} cannot read: run it with Node 22.15 or later, or with --quick.`;

interface Wish {
  readonly repairs: boolean;
  readonly isQuick: boolean;
  readonly waitMs: number;
}

/** Tells each finding as it comes, and a summary. */
export async function fsckStorage(call: Call<typeof storageOptions>, wish: Wish): Promise<ExitCode> {
  const { values, progress, signal, pause, out, show } = call;
  if (!wish.isQuick && !canDecompress()) throw new UsageError(tooOld);
  if (wish.repairs) requireKnownRetention(await whichStorage(values, call), call);
  const { ground, settings, places, name, storage } = await openStorage(values, call);
  progress.tell(`Looking at ${name}.`);
  const steps = stepsOf(call);
  const world: World = {
    ground,
    places,
    isDeployed: storage.kind === "identity",
    ports: portsBeside(ground, settings),
    isQuick: wish.isQuick,
    seen: steps.seen,
  };
  const counts = { found: 0, mended: 0 };
  const options = { repairs: wish.repairs, begins: steps.begin, pause: () => pause(wish.waitMs, signal) };
  try {
    for await (const finding of fsck(world, options)) {
      signal.throwIfAborted();
      counts.found += 1;
      if (finding.repair === "mended") counts.mended += 1;
      progress.end();
      out(values.json ? JSON.stringify(finding) : printable(toText(finding, call.hasColors)));
    }
  } finally {
    progress.end();
  }
  const summary = { storage: name, looked: steps.count(), ...counts };
  show({ summary }, () => toSummary(summary));
  return codeOf(counts);
}

function codeOf({ found, mended }: { readonly found: number; readonly mended: number }): ExitCode {
  if (found === 0) return exitCodes.done;
  return mended === found ? exitCodes.mended : exitCodes.failed;
}

function stepsOf({ progress, signal }: Pick<Call, "progress" | "signal">) {
  let step: Step | undefined;
  let count = 0;
  return {
    count: () => count,
    begin: (name: string): void => {
      step?.done();
      step = progress.begin({ name });
    },
    seen: (): void => {
      signal.throwIfAborted();
      count += 1;
      step?.at(0, `${count.toLocaleString("en")} looked at`);
    },
  };
}

const ends: Readonly<Record<Judged["repair"], string>> = {
  mended: "Mended.",
  possible: "--repair mends it.",
  none: "",
  lost: "Not mended: somebody else wrote in this moment. Look again.",
};

function toText({ kind, place, what, todo, repair }: Judged, hasColors: boolean): string {
  const mark = repair === "mended" ? "mended" : "wrong ";
  const shown = hasColors ? `\u001b[${repair === "mended" ? 32 : 31}m${mark}\u001b[39m` : mark;
  const advice = repair === "mended" ? ends.mended : `${todo} ${ends[repair]}`.trimEnd();
  return `${shown}  ${kind}  ${place}\n        ${what}\n        ${advice}`;
}

function toSummary({ looked, found, mended, storage }: Readonly<Record<string, string | number>>): string {
  const many = `${Number(looked).toLocaleString("en")} things of ${storage} were looked at`;
  if (found === 0) return `${many}: all is well.`;
  return `${many}: ${found} did not fit together, ${mended} of them mended.`;
}
