import path from "node:path";
import { parseArgs } from "node:util";

/** Of the project, where nothing else is said. */
export const defaultFolder = path.join(import.meta.dirname, "..", ".local");

export interface StartArguments {
  /** Undefined takes the usual one, or the next that is free. */
  readonly port: number | undefined;
  /** Where data, keys and logs are. */
  readonly folder: string;
  readonly memory: boolean;
  readonly https: boolean;
  readonly demo: boolean;
  /** A folder of definitions, or of CSV files, in place of the demo. */
  readonly seed: string | undefined;
  /** A file of what the placeholders in those definitions stand for. */
  readonly values: string | undefined;
  readonly help: boolean;
}

export const help = `npm start [-- options]

Builds the app and runs it on this machine, until Ctrl-C: storage, tokens, the service, and a demo of it.

  --port <n>   this port, and an error when it is taken; 0 takes any free one.
               Without it 7071, or the next free one
  --folder <f> keeps everything there; without it in .local
  --memory     keeps nothing, and may run beside another service of this folder
  --https      a certificate of this machine's own; prints the settings of clients
  --no-demo    only starts
  --seed <f>   in place of the demo: the definitions of this folder, or an entity,
               a project and a job for each of its CSV files
  --values <f> the values of this environment, as YAML or JSON: what \${name} in
               those definitions stands for
  --help       this text

Beside it, in another terminal: npm run -s token -- --help
All of it: docs/local.md`;

/** Throws what is wrong with them, for a person. */
export function readStartArguments(args: readonly string[]): StartArguments {
  const { values } = parseOrExplain(args);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (values.port === "" || (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))) {
    throw new Error(`--port is "${values.port}"; it must be 0 to 65535.`);
  }
  const { memory, https, demo, help: isHelp, folder = defaultFolder } = values;
  if (values.values !== undefined && values.seed === undefined) {
    throw new Error("--values is for the definitions of a folder: name it with --seed.");
  }
  const [seed, valuesFile] = [values.seed, values.values].map((given) =>
    given === undefined ? undefined : path.resolve(given),
  );
  const places = { folder: path.resolve(folder), seed, values: valuesFile };
  return { port, memory, https, demo: demo && !seed, ...places, help: isHelp };
}

function parseOrExplain(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        folder: { type: "string" },
        memory: { type: "boolean", default: false },
        https: { type: "boolean", default: false },
        demo: { type: "boolean", default: true },
        seed: { type: "string" },
        values: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
      allowNegative: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ", 1)[0] : String(error);
    throw new Error(`${reason}. npm start -- --help lists the options.`, { cause: error });
  }
}
