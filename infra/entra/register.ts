// Registers the API in Entra ID, and clients that call it, with the rights of whoever is signed in to the Azure CLI:
//   node local/run.mjs infra/entra/register.ts [--name NAME] [--base-url https://HOST]
//        [--client NAME]... [--existing-client APPLICATION-ID]... [--role ROLE]...
// A client gets the roles that are named, Integration.Connect when none is. A second run changes nothing.
// azure.yaml runs it with --azd before it provisions: as whoever is signed in to azd, and only where there is no API yet.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { appRoles } from "../../shared/auth/roles.ts";
import { graphDirectory } from "./graph.ts";
import { assignRoles, findClient, registerApi, registerClient, type RegisteredApi } from "./registration.ts";

interface Options {
  readonly name: string;
  readonly "base-url"?: string;
  readonly client: readonly string[];
  readonly "existing-client": readonly string[];
  readonly role: readonly string[];
  readonly azd: boolean;
}

try {
  const options = readOptions();
  await (options.azd ? registerForAzd(options) : register(options));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readOptions(): Options {
  return parseArgs({
    options: {
      name: { type: "string", default: "recurring-integrations" },
      "base-url": { type: "string" },
      client: { type: "string", multiple: true, default: [] },
      "existing-client": { type: "string", multiple: true, default: [] },
      role: { type: "string", multiple: true, default: [appRoles.connect] },
      azd: { type: "boolean", default: false },
    },
  }).values;
}

async function register(options: Options): Promise<void> {
  const token = run("az", [
    "account",
    "get-access-token",
    "--resource-type",
    "ms-graph",
    "-o",
    "tsv",
    "--query",
    "accessToken",
  ]);
  const directory = graphDirectory(token);
  const api = await registerApi(directory, { name: options.name, baseUrl: options["base-url"] }, randomUUID);
  tellApi(api, token);
  for (const name of options.client) {
    const client = await registerClient(directory, name);
    await assignRoles(directory, api, client, options.role);
    console.log(`Client "${name}", application id: ${client.applicationId} (${options.role.join(", ")})`);
  }
  for (const id of options["existing-client"]) {
    await assignRoles(directory, api, await findClient(directory, id), options.role);
    console.log(`Client, application id: ${id} (${options.role.join(", ")})`);
  }
  console.log("Be sure to note down the application ids: settings, clients and the lists of jobs name them.");
}

/** azd hands the environment over as variables. */
async function registerForAzd(options: Options): Promise<void> {
  const { API_CLIENT_ID: known, AZURE_ENV_NAME: environment, CUSTOM_HOST_NAME: host } = process.env;
  if (known) {
    console.log(`The API is registered as ${known} (API_CLIENT_ID).`);
    return;
  }
  if (!environment) throw new Error("AZURE_ENV_NAME is missing: --azd is for azd alone.");
  const answer: { readonly token: string } = JSON.parse(
    run("azd", ["auth", "token", "--scope", "https://graph.microsoft.com/.default", "--output", "json"]),
  );
  const name = `${options.name}-${environment}`;
  const baseUrl = host ? `https://${host}` : undefined;
  const api = await registerApi(graphDirectory(answer.token), { name, baseUrl }, randomUUID);
  tellApi(api, answer.token);
  run("azd", ["env", "set", "API_CLIENT_ID", api.applicationId]);
}

function tellApi({ applicationId, identifierUris }: RegisteredApi, token: string): void {
  console.log(`Tenant:              ${tenantOf(token)}`);
  console.log(`API, application id: ${applicationId}`);
  console.log(`API, audiences:      ${identifierUris.join("  ")}`);
}

function tenantOf(token: string): string {
  const claims: { readonly tid?: string } = JSON.parse(
    Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"),
  );
  return claims.tid ?? "unknown";
}

function run(command: string, given: readonly string[]): string {
  // On Windows both are scripts, which only a shell starts; no argument here holds a character that it would change.
  const { error, status, stdout, stderr } = spawnSync(command, given, {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (error !== undefined) throw new Error(`${command} does not start: ${error.message}. Is it installed?`);
  if (status !== 0) throw new Error(`${command} ${given.slice(0, 2).join(" ")} failed: ${stderr.trim()}`);
  return stdout.trim();
}
