import { runCommandLine } from "../../cli/commandLine.ts";
import type { Surroundings } from "../../cli/surroundings.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into the JSON that it expects
  readonly json: any;
}

/** A terminal that nobody looks at, in a folder where no service runs. */
export async function run(args: readonly string[], changes: Partial<Surroundings> = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(args, {
    env: { RECURRING_INTEGRATIONS_URL: "https://files.example", RECURRING_INTEGRATIONS_TOKEN: "a-token" },
    folder: import.meta.dirname,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    draw: (text) => void err.push(text),
    readInput: () => Promise.resolve(""),
    isTerminal: false,
    hasColors: false,
    width: 80,
    fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("Nobody is there.") })),
    signal: new AbortController().signal,
    now: () => 0,
    pause: () => Promise.resolve(),
    ...changes,
  });
  const text = out.join("\n");
  return {
    code,
    out: text,
    err: err.join("\n"),
    json: text.startsWith("{") && out.length === 1 ? JSON.parse(text) : undefined,
  };
}
