// Prints a development token of the running service, and nothing else, to the standard output:
//   npm run -s token -- --app 00000000-0000-4000-8000-0000000000c1
//   npm run -s token -- --role Integration.Manage
import path from "node:path";
import { parseArgs } from "node:util";
import { chooseApplication, localCredentials, trustLocalService } from "../cli/connection/localService.ts";
import { Unreachable } from "../client/api.ts";
import { clientCredentials } from "../client/clientCredentials.ts";
import { applications, type Application } from "./issuer/applications.ts";
import { listRunning, type RunFacts } from "./runFile.ts";
import { defaultFolder } from "./startArguments.ts";

const help = `npm run -s token -- [options]

Prints a development token of the service that runs here, and nothing else.

  --app <id>    of this application
  --role <role> of the first application with this role
  --port <n>    of the service on this port, where several run; else of the one that started first
  --folder <f>  of a service that was started with it
  --help        this text

${knownApplications()}`;

try {
  const { values } = parseArgs({
    options: {
      app: { type: "string" },
      role: { type: "string" },
      port: { type: "string" },
      folder: { type: "string", default: defaultFolder },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  console.log(
    values.help
      ? help
      : await fetchToken(chooseApplication({ clientId: values.app, role: values.role }), await findService(values)),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function fetchToken(application: Application, running: RunFacts): Promise<string> {
  trustLocalService(running);
  try {
    return await clientCredentials(localCredentials(running, application)).token();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Error(`The service at ${running.baseUrl} (process ${running.pid}) does not answer yet.`, {
      cause: error,
    });
  }
}

async function findService({ folder, port }: { readonly folder: string; readonly port?: string }): Promise<RunFacts> {
  const services = await listRunning(path.resolve(folder));
  const usual = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80");
  const found = services.find(({ baseUrl }) => port === undefined || usual(new URL(baseUrl)) === port);
  if (found !== undefined) return found;
  if (services.length === 0) throw new Error("Nothing runs here that could give a token: npm start first.");
  const others = services.map(({ baseUrl }) => baseUrl).join(", ");
  throw new Error(`No service of this folder runs on port ${port}; there is ${others}.`);
}

function knownApplications(): string {
  const lines = applications.map(({ clientId, roles }) => `  ${clientId} ${roles.join(", ")}`);
  return ["The issuer knows:", ...lines].join("\n");
}
