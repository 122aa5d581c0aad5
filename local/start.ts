// Builds the app, where the sources changed, and runs it on this machine, until Ctrl-C. `npm start -- --help` lists the options.
import path from "node:path";
import { announceAddresses, announceClients, announceCommand, announceSeeded, type Seeded } from "./announce.ts";
import { loadCertificate, publicFileOf } from "./certificate.ts";
import { runDemo } from "./demo/demo.ts";
import { apiOf, type Client, connect } from "./demo/http.ts";
import { seedDemo } from "./demo/seed.ts";
import { ensureBuilt } from "./ensureBuilt.ts";
import { type HeldPort, holdPort } from "./freePort.ts";
import { openHostLog } from "./hostLog.ts";
import { type Application, clientApplication, managementApplication, tenantId } from "./issuer/applications.ts";
import { type LocalService, runLocalService, toBaseUrl } from "./localService.ts";
import { claimRunFile, refuseSecondHolder, type RunClaim, toLogFile } from "./runFile.ts";
import { seedFolder } from "./seedFolder.ts";
import { defaultFolder, help, readStartArguments, type StartArguments } from "./startArguments.ts";
import { endAtStop, Stopped, waitForStop } from "./stopSignal.ts";

const root = path.dirname(import.meta.dirname);
const print = (line: string): void => console.log(line);
const usualPort = 7071;
/** Not 7072, which is the issuer's beside Core Tools. */
const firstOtherPort = 7073;
const portsTried = 10;

const stopReason = waitForStop();
const unlessStopped = endAtStop(stopReason);
let isReady = false;
try {
  const args = readStartArguments(process.argv.slice(2));
  if (args.help) console.log(help);
  else await run(args);
} catch (error) {
  if (error instanceof Stopped) console.error(`Stopped (${error.message}).`);
  else {
    const what = isReady ? "The service ended" : "The start failed";
    console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
// A start that was given up may still wait for something.
process.exit();

async function run(args: StartArguments): Promise<void> {
  const { memory, https, folder } = args;
  const certificateFile = path.join(folder, "certificate.pem");
  if (!memory) await refuseSecondHolder(folder);
  const held = await choosePort(args.port);
  const { port } = held;
  await using stack = new AsyncDisposableStack();
  const certificate = https ? await loadCertificate(certificateFile) : undefined;
  const baseUrl = toBaseUrl(port, https);
  const facts = { baseUrl, issuerUrl: baseUrl, tenantId, certificate: certificate?.cert, isFolderHolder: !memory };
  const claim = await claimRunFile(folder, facts);
  stack.defer(() => claim.release());
  const logFile = await openHostLog(toLogFile(claim.file));
  stack.defer(() => logFile.close());
  await unlessStopped(ensureBuilt());
  const service = await unlessStopped(
    runLocalService({
      appRoot: root,
      port: held,
      tls: certificate,
      log: logFile.log,
      ...(!memory && { dataFolder: folder }),
    }),
  );
  stack.defer(() => service.stop());
  await claim.tellStorage(service.azurite.connectionString);
  const tokenCommand = toTokenCommand(args, claim, port);
  await announceAddresses({ service, tokenCommand, logFile: toLogFile(claim.file), print });
  if (args.demo) await unlessStopped(demonstrate(service));
  const seeded = args.seed === undefined ? undefined : await unlessStopped(seed(service, args.seed, args.values));
  if (https) announceClients({ baseUrl, certificateFile: publicFileOf(certificateFile), hasDemo: args.demo, print });
  if (seeded) announceSeeded(seeded, { service, tokenCommand, print });
  else announceCommand({ service, tokenCommand, hasDemo: args.demo, print });
  print(`Ready at ${baseUrl}`);
  isReady = true;
  const reason = await Promise.race([stopReason, failWhenAzuriteEnds(service), service.host.lost]);
  console.error(`Stopping (${reason}) …`);
}

/** The command whose tokens are this service's: without a port they are those of the folder's first one. */
function toTokenCommand({ folder }: StartArguments, { isMain }: RunClaim, port: number): string {
  const where = folder === path.resolve(defaultFolder) ? "" : ` --folder ${JSON.stringify(folder)}`;
  return `npm run -s token --${where}${isMain ? "" : ` --port ${port}`}`;
}

/** Seeds the demo where it is missing, and runs it as a client would. */
async function demonstrate({ baseUrl, issuer }: LocalService): Promise<void> {
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  const connectAs = ({ clientId, secret }: Application): Promise<Client> =>
    connect({ baseUrl, tokenUrl, clientId, secret });
  const manager = await connectAs(managementApplication);
  if (await seedDemo(manager)) print("Stored the demo: an entity, two projects, three recurring data jobs.");
  await runDemo({ client: await connectAs(clientApplication), manager, appRoot: root, print });
}

async function seed({ baseUrl, issuer }: LocalService, folder: string, values?: string): Promise<Seeded> {
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  const { clientId, secret } = managementApplication;
  return seedFolder(apiOf(await connect({ baseUrl, tokenUrl, clientId, secret })), folder, values);
}

/** The usual port, or one that is close to it: the addresses in clients' settings stay good from start to start. */
async function choosePort(wanted: number | undefined): Promise<HeldPort> {
  const held = await holdPort(wanted ?? usualPort);
  if (held !== undefined) return held;
  if (wanted !== undefined) throw new Error(`Port ${wanted} is taken. Choose another one, or 0 for any free one.`);
  for (let port = firstOtherPort; port < firstOtherPort + portsTried; port += 1) {
    const other = await holdPort(port);
    if (other === undefined) continue;
    print(`Port ${usualPort} is taken; using ${port}.`);
    return other;
  }
  throw new Error(`Port ${usualPort} and those from ${firstOtherPort} on are taken. Choose one with --port.`);
}

async function failWhenAzuriteEnds({ azurite }: LocalService): Promise<never> {
  const { code, errorText } = await azurite.ended;
  throw new Error(`Azurite ended by itself (exit code ${code}). It said: ${errorText || "nothing"}`);
}
