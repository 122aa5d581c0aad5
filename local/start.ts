// Builds the app and runs it on this machine, until Ctrl-C.
//   --port <n>    0 takes any free port; without it 7071, or a free one where that is taken
//   --memory      keeps nothing        --https     a certificate of this machine's own
//   --no-demo     only starts
import path from "node:path";
import { parseArgs } from "node:util";
import { buildApp } from "./build.ts";
import { importActivityId } from "./demo/definitions.ts";
import { runDemo } from "./demo/demo.ts";
import { type Client, connect } from "./demo/http.ts";
import { seedDemo } from "./demo/seed.ts";
import { findPort } from "./freePort.ts";
import { openHostLog } from "./hostLog.ts";
import { type Application, clientApplication, managementApplication } from "./issuer/applications.ts";
import { startLocalService, type LocalService } from "./localService.ts";
import { findRunning, removeRunFile, writeRunFile } from "./runFile.ts";
import { waitForStop } from "./stopSignal.ts";

const root = path.dirname(import.meta.dirname);
const localFolder = path.join(root, ".local");
const runFile = path.join(localFolder, "run.json");
const usualPort = 7071;

interface Arguments {
  readonly port: number | undefined;
  readonly memory: boolean;
  readonly https: boolean;
  readonly demo: boolean;
}

const stopReason = waitForStop();
try {
  await run(readArguments());
} catch (error) {
  console.error(`The start failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// The app's stream proxy listens as long as the process lives.
process.exit();

async function run(args: Arguments): Promise<void> {
  if (!args.memory) await refuseSecondRun();
  const port = await choosePort(args.port);
  await buildApp();
  await using stack = new AsyncDisposableStack();
  const logFile = await openHostLog(path.join(localFolder, "host.log"));
  stack.defer(() => logFile.close());
  const service = await startLocalService({
    appRoot: root,
    port,
    https: args.https,
    log: logFile.log,
    ...(!args.memory && { dataFolder: localFolder }),
  });
  stack.defer(() => service.stop());
  const { baseUrl, issuer, certificate } = service;
  const { tenantId } = issuer;
  await writeRunFile(runFile, { pid: process.pid, baseUrl, issuerUrl: issuer.baseUrl, tenantId, certificate });
  stack.defer(() => removeRunFile(runFile));
  printAddresses(service);
  if (args.demo) await demonstrate(service);
  printCurl(service);
  console.log(`Ready at ${baseUrl}`);
  const reason = await Promise.race([stopReason, failWhenAzuriteEnds(service), service.host.lost]);
  console.error(`Stopping (${reason}) …`);
}

/** Two services on one folder of data would wait for each other; in memory there can be as many as one likes. */
async function refuseSecondRun(): Promise<void> {
  const other = await findRunning(runFile);
  if (other === undefined) return;
  throw new Error(
    `a service of this folder runs at ${other.baseUrl} (process ${other.pid}). Stop it, or add --memory to this one.`,
  );
}

/** Seeds the demo where it is missing, and runs it as a client would. */
async function demonstrate({ baseUrl, issuer }: LocalService): Promise<void> {
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  const connectAs = ({ clientId, secret }: Application): Promise<Client> =>
    connect({ baseUrl, tokenUrl, clientId, secret });
  const manager = await connectAs(managementApplication);
  if (await seedDemo(manager)) console.log("Stored the demo: an entity, two projects, three recurring data jobs.");
  await runDemo({ client: await connectAs(clientApplication), manager, appRoot: root, print: console.log });
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      memory: { type: "boolean", default: false },
      https: { type: "boolean", default: false },
      demo: { type: "boolean", default: true },
    },
    allowNegative: true,
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`--port is "${values.port}"; it must be 0 to 65535.`);
  }
  return { port, memory: values.memory, https: values.https, demo: values.demo };
}

async function choosePort(wanted: number | undefined): Promise<number> {
  const found = await findPort(wanted ?? usualPort);
  if (found !== undefined) return found;
  if (wanted !== undefined) throw new Error(`Port ${wanted} is taken. Choose another one, or 0 for any free one.`);
  const free = (await findPort(0)) ?? 0;
  console.log(`Port ${usualPort} is taken; using ${free}.`);
  return free;
}

function printAddresses({ baseUrl, issuer, host }: LocalService): void {
  console.log(`Base URL:   ${baseUrl}`);
  console.log(`OpenAPI:    ${baseUrl}/manage/api/openapi.json`);
  console.log(`Tokens:     npm run -s token -- --app ${clientApplication.clientId}`);
  console.log(`            or ${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token, scope ${baseUrl}/.default`);
  const schedules = host.timers.map((timer) => `${timer.functionName} (${timer.schedule})`);
  console.log(`Timers:     ${schedules.join(", ") || "none"}`);
  console.log(`Log:        ${path.relative(process.cwd(), path.join(localFolder, "host.log"))}`);
}

/** A line to paste: the demo's file, once more. */
function printCurl({ baseUrl }: LocalService): void {
  const insecure = baseUrl.startsWith("https:") ? "-k " : "";
  console.log("Send a file yourself:");
  console.log(
    `  curl ${insecure}-X POST -H "Authorization: Bearer $(npm run -s token -- --app ${clientApplication.clientId})" --data-binary @examples/customer-groups.csv "${baseUrl}/api/connector/enqueue/${importActivityId}?entity=Customer%20groups"`,
  );
}

async function failWhenAzuriteEnds({ azurite }: LocalService): Promise<never> {
  const { code, errorText } = await azurite.ended;
  throw new Error(`Azurite ended by itself (exit code ${code}). It said: ${errorText || "nothing"}`);
}
