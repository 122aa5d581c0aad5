import facts from "../package.json" with { type: "json" };
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { type ExitCode, exitCodes, UsageError } from "./exitCodes.ts";
import { failureOf } from "./failure.ts";
import { printable } from "./output/printable.ts";
import { helpOf, helpOfAll } from "./help.ts";
import type { Surroundings } from "./surroundings.ts";

/** Does what the arguments say, and answers what the process ends with. Throws nothing. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    const failure = failureOf(error, surroundings.signal);
    const isJson = args.includes("--json");
    surroundings.err(
      isJson ? JSON.stringify({ error: failure }) : printable(`recurring-integrations: ${failure.message}`),
    );
    return failure.exitCode;
  }
}

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const [first, ...rest] = args;
  const isHelp = (text: string | undefined): boolean => text === "--help" || text === "-h" || text === "help";
  if (first === undefined || isHelp(first)) {
    const about = rest.find((text) => !isHelp(text));
    surroundings.out(about === undefined ? helpOfAll(commands) : helpOf(find(about)));
    return first === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (first === "--version") {
    surroundings.out(facts.version);
    return exitCodes.done;
  }
  const command = find(first);
  const options = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (options.some((text) => text === "--help" || text === "-h")) {
    surroundings.out(helpOf(command));
    return exitCodes.done;
  }
  return command.run(rest, surroundings);
}

function find(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const names = commands.map((command) => command.name).join(", ");
  throw new UsageError(`There is no command "${name}"; there are ${names}.`);
}
