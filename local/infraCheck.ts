// Compiles and lints every Bicep file with the Bicep CLI (from BICEP or the PATH), warnings counting as errors, holds what
// main.bicep compiles to against infra/main.json, then runs the assertions of local/infra/ on it and on the roads to Azure.
//   npm run infra:check            npm run infra:check -- --write            npm run infra:check -- --compiled main.json
// --write brings infra/main.json up to date: its difference is what the change does to a deployment.
// Exit code: 0 nothing found, 1 something found, 3 the Bicep CLI is missing, so that the compiler did not run.
import { spawnSync } from "node:child_process";
import { glob, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { firstDifference, writeNormalForm } from "./infra/normalForm.ts";
import { readTemplate } from "./infra/readTemplate.ts";
import { roadProblems } from "./infra/roads.ts";
import { checkWholeTemplate } from "./infra/wholeTemplate.ts";
import { readFileIfAny } from "./readFileIfAny.ts";

const root = path.dirname(import.meta.dirname);
const entry = "infra/main.bicep";
const cliMissing = 3;
const outputBytesMax = 256 * 1024 * 1024;
/** What main.bicepparam asks for and has no default; the check only compiles it. */
const anyEnvironment = {
  AZURE_ENV_NAME: "check",
  AZURE_LOCATION: "westeurope",
  API_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
};

interface Compiled {
  readonly diagnostics: readonly string[];
  readonly json: string;
}

interface Options {
  readonly compiled?: string;
  readonly committed: string;
  readonly write: boolean;
}

/** What the compiler says of a file, and what it makes of it; undefined when there is no compiler. */
function compile(cli: string, file: string): Compiled | undefined {
  const command = file.endsWith(".bicepparam") ? "build-params" : "build";
  const { error, stdout, stderr, status } = spawnSync(cli, [command, file, "--stdout"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: outputBytesMax,
    env: { ...process.env, ...anyEnvironment },
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") return undefined;
  if (error !== undefined) throw error;
  const said = stderr.split(/\r?\n/).filter((line) => / : (Error|Warning) /.test(line));
  const diagnostics = status !== 0 && said.length === 0 ? [stderr.trim() || `${cli} ended with ${status}.`] : said;
  return { diagnostics, json: stdout };
}

function readOptions(): Options {
  return parseArgs({
    options: {
      compiled: { type: "string" },
      committed: { type: "string", default: path.join(root, "infra", "main.json") },
      write: { type: "boolean", default: false },
    },
  }).values;
}

async function check(options: Options): Promise<number> {
  if (options.compiled !== undefined) return checkCompiled(await readFile(options.compiled, "utf8"));
  const cli = process.env["BICEP"] || "bicep";
  const files = await listFiles("infra/**/*.{bicep,bicepparam}");
  const diagnostics = new Set<string>();
  let main = "";
  for (const file of await withoutModules(files)) {
    const compiled = compile(cli, file);
    if (compiled === undefined) {
      console.error(`The Bicep CLI is neither on the PATH nor in BICEP: the compiler did not run.`);
      return cliMissing;
    }
    // A module is told of again by every file that uses it.
    for (const line of compiled.diagnostics) diagnostics.add(line);
    if (file === entry) main = compiled.json;
  }
  for (const line of diagnostics) console.error(line);
  if (diagnostics.size > 0) return 1;
  console.log(`${files.length} Bicep files compile without a warning.`);
  return Math.max(await compareWithCommitted(main, options), checkCompiled(main), await checkRoads());
}

async function listFiles(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) {
    files.push(file.split(path.sep).join("/"));
  }
  return files.toSorted();
}

/** The compiler tells of a module with each file that uses it, so that it need not compile it alone. */
async function withoutModules(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), "utf8")));
  const used = texts.flatMap((text) =>
    [...text.matchAll(/^(?:module \w+|import .+ from) '(.+?)'/gm)].map(([, name]) => name!),
  );
  return files.filter((file) => !used.includes(path.posix.basename(file)));
}

async function compareWithCommitted(json: string, { committed, write }: Options): Promise<number> {
  const actual = writeNormalForm(readTemplate(json));
  if (write) await writeFile(committed, actual);
  const difference = firstDifference((await readFileIfAny(committed)) ?? "", actual);
  if (difference === undefined) return 0;
  console.error(`${committed} is not what ${entry} compiles to, ${difference}. Write it anew with --write.`);
  return 1;
}

function checkCompiled(json: string): number {
  const findings = checkWholeTemplate(readTemplate(json));
  for (const { assertion, message } of findings) console.error(`${assertion}: ${message}`);
  if (findings.length === 0) console.log("The compiled template keeps every assertion.");
  return findings.length === 0 ? 0 : 1;
}

async function checkRoads(): Promise<number> {
  const read = (file: string): Promise<string> => readFile(path.join(root, file), "utf8");
  const problems = roadProblems({
    main: await read(entry),
    parameters: await read("infra/main.bicepparam"),
    azd: await read("azure.yaml"),
    workflow: await read(".github/workflows/ci.yml"),
    guide: await read("docs/deploy.md"),
    infraFiles: await listFiles("infra/**/*"),
  });
  for (const problem of problems) console.error(`the roads to Azure deploy the same: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await check(readOptions());
