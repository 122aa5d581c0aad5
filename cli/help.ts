import type { CommandFacts } from "./command.ts";
import { commonOptions, type OptionTable } from "./options.ts";

const program = "recurring-integrations";

/** All commands, each in a line. */
export function helpOfAll(commands: readonly CommandFacts[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${program} <command> [options]`,
    "",
    "Sends files to recurring data jobs, fetches what they export, and looks after them.",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    `${program} <command> --help tells its options, with examples.`,
    "Which service: --url, or RECURRING_INTEGRATIONS_URL; without them the one that runs on this machine.",
    "As whom: RECURRING_INTEGRATIONS_CLIENT_ID and RECURRING_INTEGRATIONS_CLIENT_SECRET, or RECURRING_INTEGRATIONS_TOKEN.",
    "",
    "Ends with 0 when all is well, 1 when work failed, 2 for a command line that cannot be meant, 3 without the right to it,",
    "4 when the service cannot be reached, 5 when it refuses, 6 when something did not end in time, 7 when all that was",
    "wrong was mended, 130 by Ctrl-C.",
  ].join("\n");
}

/** One command with its options and examples. */
export function helpOf({ name, usage, summary, description, options, examples }: CommandFacts): string {
  return [
    `${program} ${name} ${usage}`.trimEnd(),
    "",
    summary.charAt(0).toUpperCase() + summary.slice(1) + ".",
    ...(description === undefined ? [] : [description]),
    "",
    ...optionLines(options),
    ...(Object.keys(options).length > 0 ? [""] : []),
    ...optionLines(commonOptions),
    "",
    "Examples:",
    ...examples.flatMap(({ line, what }) => [`  # ${what}`, `  ${program} ${line}`]),
  ].join("\n");
}

function optionLines(options: OptionTable): readonly string[] {
  const lines = Object.entries(options).map(([name, { short, value, multiple, help }]) => ({
    left: `${short ? `-${short}, ` : ""}--${name}${value ? ` <${value}>` : ""}${multiple ? " …" : ""}`,
    help,
  }));
  const width = Math.max(...lines.map(({ left }) => left.length), 26);
  return lines.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`);
}
