import { Refused, Unreachable } from "../client/api.ts";
import { TokenRefused } from "../client/clientCredentials.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { type ExitCode, exitCodes, TimedOut, UsageError } from "./exitCodes.ts";
import { helpOf, helpOfAll } from "./help.ts";
import type { Surroundings } from "./surroundings.ts";

/** Does what the arguments say, and answers what the process ends with. Throws nothing. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    const failure = toFailure(error, surroundings);
    const isJson = args.includes("--json");
    surroundings.err(isJson ? JSON.stringify({ error: failure }) : `recurring-integrations: ${failure.message}`);
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

interface Failure {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** The HTTP status of a refusal. */
  readonly status?: number;
  /** What exactly a definition was refused for. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function toFailure(error: unknown, { signal }: Surroundings): Failure {
  if (signal.aborted) return { exitCode: exitCodes.interrupted, message: "Interrupted." };
  if (error instanceof Refused) return toRefusal(error);
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, message: error.message };
  const message = messageOf(error);
  if (error instanceof TokenRefused) return { exitCode: exitCodes.unauthorized, message };
  if (error instanceof TimedOut) return { exitCode: exitCodes.timedOut, message };
  if (error instanceof Unreachable) return { exitCode: exitCodes.unreachable, message };
  return { exitCode: exitCodes.failed, message };
}

function toRefusal({ status, message, problem: { errors } }: Refused): Failure {
  const exitCode =
    status === 401 || status === 403
      ? exitCodes.unauthorized
      : status >= 500 || status === 429
        ? exitCodes.unreachable
        : exitCodes.refused;
  const details = errors?.map((each) => `\n  ${each.path}: ${each.message}`).join("") ?? "";
  return { exitCode, status, message: message + details, ...(errors && { errors }) };
}

/** With what a failed `fetch` keeps to itself: the address that did not answer, the certificate that is not trusted. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    if (cause.message !== "" && cause.message !== "fetch failed") causes.push(cause.message);
  }
  return [error.message, ...causes].join(" ");
}
