// The command line: recurring-integrations <command>, or from a clone node cli/bin.mjs <command>.
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { runCommandLine } from "./commandLine.ts";
import { exitCodes } from "./exitCodes.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for what is cleared away.
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
}
// The reader of a pipe may have seen enough.
process.stdout.on("error", () => process.exit(exitCodes.done));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  draw: (drawn) => void process.stderr.write(drawn),
  readInput: () => text(process.stdin),
  isTerminal: process.stderr.isTTY === true,
  hasColors: process.stdout.isTTY === true && process.stdout.hasColors(),
  width: process.stderr.columns ?? 80,
  fetch: (request) => fetch(request),
  signal: interrupt.signal,
  now: Date.now,
  pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
});
