import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { accepted } from "../../../definitions/managementApi.ts";
import { type Call, command } from "../../command.ts";
import { type ExitCode, exitCodes, UsageError } from "../../exitCodes.ts";
import { apiOf } from "./folderArgument.ts";

const bytesMax = 100 * 1024 * 1024;

export const projectsCommand = command(
  {
    name: "projects",
    usage: "import FILE --name NAME",
    summary: "makes a data project of a data package or its Manifest.xml",
    description:
      "The entities of the manifest must be there; formats and stylesheets that it needs are made beside. A project that is there is replaced with --replace only. Then export writes all of it as files.",
    options: {
      name: { type: "string", value: "name", help: "of the project" },
      replace: { type: "boolean", help: "replaces the lines of the project of this name" },
      "format-like": { type: "string", multiple: true, value: "a=b", help: "makes the missing format a like b" },
      "leave-out": { type: "boolean", help: "leaves out lines that have problems" },
    },
    examples: [
      { line: 'projects import Manifest.xml --name "Vendors in"', what: "on the service that runs here" },
      {
        line: 'projects import package.zip --name "Vendors in" --format-like "Vendor file=CSV"',
        what: "with a format of its own",
      },
    ],
  },
  async (call) => {
    const [verb, file, ...more] = call.positionals;
    const { name } = call.values;
    if (verb !== "import" || file === undefined || more.length > 0 || name === undefined) {
      throw new UsageError("Say projects import FILE --name NAME.");
    }
    return importManifest(call, path.resolve(call.folder, file), name);
  },
);

interface Values {
  readonly replace?: boolean;
  readonly "format-like"?: readonly string[];
  readonly "leave-out"?: boolean;
}

type ImportCall = Pick<Call, "connect" | "show"> & { readonly values: Values };

async function importManifest({ connect, show, values }: ImportCall, file: string, name: string): Promise<ExitCode> {
  const { size } = await stat(file);
  if (size > bytesMax) throw new UsageError(`${file} has ${size} bytes; its Manifest.xml alone is enough.`);
  const bytes = await readFile(file);
  const api = apiOf(await connect());
  const address = `projects/${encodeURIComponent(name)}`;
  const there = values.replace ? await api("GET", address) : undefined;
  const query = new URLSearchParams();
  for (const pair of values["format-like"] ?? []) query.append("formatLike", pair);
  if (values["leave-out"]) query.set("leaveOut", "true");
  const answer = await api("POST", `${address}/from-manifest?${query.toString()}`, {
    bytes,
    ...(there?.etag !== undefined && { ifMatch: there.etag }),
  });
  const { json } = accepted(`The project "${name}" is not made`, answer);
  const { lines = [], warnings = [] }: Told = Object(json);
  show({ ...Object(json) }, () => {
    const told = lines.map(({ entityName, line }) => `${line ? "+" : "!"} ${entityName}`);
    return [...told, ...warnings.map(({ message }) => `  ${message}`), `Made the data project "${name}".`].join("\n");
  });
  return exitCodes.done;
}

interface Told {
  readonly lines?: readonly { readonly entityName: string; readonly line?: object }[];
  readonly warnings?: readonly { readonly message: string }[];
}
