import { parseArgs } from "node:util";
import { connect, type Connection } from "./connection/connect.ts";
import { type ExitCode, UsageError } from "./exitCodes.ts";
import { commonOptions, type CommonValues, type OptionTable, type ValuesOf } from "./options.ts";
import { type Progress, startProgress } from "./output/progress.ts";
import { printable } from "./output/printable.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a command is run with. */
export interface Call<O extends OptionTable = OptionTable> extends Surroundings {
  readonly values: ValuesOf<O> & CommonValues;
  readonly positionals: readonly string[];
  /** The result, for scripts where `--json` was said, and for people otherwise. */
  readonly show: (result: object, text: () => string) => void;
  readonly progress: Progress;
  readonly connect: () => Promise<Connection>;
}

export interface CommandFacts<O extends OptionTable = OptionTable> {
  readonly name: string;
  /** What stands behind the name: `FILE… --job <id>`. */
  readonly usage: string;
  readonly summary: string;
  /** What the summary leaves open, in whole sentences. */
  readonly description?: string;
  readonly options: O;
  /** A line each, without the name of the program, with what it is for. */
  readonly examples: readonly { readonly line: string; readonly what: string }[];
}

export interface Command extends CommandFacts {
  readonly run: (args: readonly string[], surroundings: Surroundings) => Promise<ExitCode>;
}

/** A command whose options have their types. */
export function command<const O extends OptionTable>(
  facts: CommandFacts<O>,
  act: (call: Call<O>) => Promise<ExitCode>,
): Command {
  return {
    ...facts,
    run: async (args, surroundings) => {
      const { values, positionals } = parse(facts, args);
      return act({
        ...surroundings,
        values,
        positionals,
        show: (result, text) => surroundings.out(values.json ? JSON.stringify(result) : printable(text())),
        progress: startProgress(surroundings, values.quiet),
        connect: () => connect(values, surroundings),
      });
    },
  };
}

function parse<O extends OptionTable>({ name, options }: CommandFacts<O>, args: readonly string[]) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...commonOptions, ...options },
      allowPositionals: true,
    });
    // What parseArgs answers is what the table says.
    return { values: parsed.values as ValuesOf<O> & CommonValues, positionals: parsed.positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\. To specify|\. Did you/, 1)[0] : String(error);
    throw new UsageError(`${reason?.replace(/\.$/, "")}. See: recurring-integrations ${name} --help`, { cause: error });
  }
}
