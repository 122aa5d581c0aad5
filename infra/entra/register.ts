// Registers the API in Entra ID, clients that call it and people who use its page, with the rights of whoever is signed in
// to the Azure CLI:
//   node local/run.mjs infra/entra/register.ts [--name NAME] [--base-url https://HOST] [--page https://HOST]...
//        [--client NAME]... [--existing-client APPLICATION-ID]... [--person USER-NAME]... [--role ROLE]...
// Clients and people get the roles that are named; where none is, Integration.Connect and Integration.Read. A second run
// changes nothing. azure.yaml runs it as whoever is signed in to azd: with --azd before it provisions, where there is no API
// yet, and with --azd-page behind, when the addresses of the page are known.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { appRoles } from "../../shared/auth/roles.ts";
import { assignPerson, assignRoles, checkAssignments } from "./assignment.ts";
import type { Directory } from "./directory.ts";
import { graphDirectory } from "./graph.ts";
import { consentForAll } from "./page.ts";
import {
  findApi,
  findClient,
  Gone,
  registerApi,
  registerClient,
  type RegisteredApi,
  requireRegistered,
} from "./registration.ts";

interface Options {
  readonly name: string;
  readonly "base-url"?: string;
  readonly page: readonly string[];
  readonly client: readonly string[];
  readonly "existing-client": readonly string[];
  readonly person: readonly string[];
  readonly role?: readonly string[];
  readonly azd: boolean;
  readonly "azd-page": boolean;
}

try {
  const options = readOptions();
  if (options["azd-page"]) await registerPageForAzd(options);
  else await (options.azd ? registerForAzd(options) : register(options));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readOptions(): Options {
  return parseArgs({
    options: {
      name: { type: "string", default: "recurring-integrations" },
      "base-url": { type: "string" },
      page: { type: "string", multiple: true, default: [] },
      client: { type: "string", multiple: true, default: [] },
      "existing-client": { type: "string", multiple: true, default: [] },
      person: { type: "string", multiple: true, default: [] },
      role: { type: "string", multiple: true },
      azd: { type: "boolean", default: false },
      "azd-page": { type: "boolean", default: false },
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
  const { name, "base-url": baseUrl, page: pageOrigins } = options;
  const roles = rolesOf(options);
  const { "existing-client": existingClients, person: people } = options;
  await checkAssignments(directory, { name, existingClients, people, ...roles });
  const api = await registerApi(directory, { name, baseUrl, pageOrigins }, randomUUID);
  tellApi(api, token);
  await consent(directory, api);
  await assignAll(directory, api, options, roles);
  console.log("Be sure to note down the application ids: settings, clients and the lists of jobs name them.");
}

function rolesOf({ role }: Options) {
  return { clientRoles: role ?? [appRoles.connect], peopleRoles: role ?? [appRoles.read] };
}

async function assignAll(
  directory: Directory,
  api: RegisteredApi,
  options: Options,
  { clientRoles, peopleRoles }: ReturnType<typeof rolesOf>,
): Promise<void> {
  for (const name of options.client) {
    const client = await registerClient(directory, name);
    await assignRoles(directory, api, client, clientRoles);
    console.log(`Client "${name}", application id: ${client.applicationId} (${clientRoles.join(", ")})`);
  }
  for (const id of options["existing-client"]) {
    await assignRoles(directory, api, await findClient(directory, id), clientRoles);
    console.log(`Client, application id: ${id} (${clientRoles.join(", ")})`);
  }
  for (const person of options.person) {
    await assignPerson(directory, api, person, peopleRoles);
    console.log(`Person: ${person} (${peopleRoles.join(", ")})`);
  }
}

/** The API works without; who cannot consent hears who can. */
async function consent(directory: Directory, { applicationId, servicePrincipalId }: RegisteredApi): Promise<void> {
  try {
    await consentForAll(directory, servicePrincipalId);
  } catch (error) {
    console.warn(
      `Nobody can sign in to the page before an administrator consents: App registrations → ${applicationId} → ` +
        `API permissions → Grant admin consent. ${reasonOf(error)}`,
    );
  }
}

/** azd hands the environment over as variables. */
async function registerForAzd(options: Options): Promise<void> {
  const { API_CLIENT_ID: known, AZURE_ENV_NAME: environment, CUSTOM_HOST_NAME: host } = process.env;
  if (known) return checkKnown(known);
  if (!environment) throw new Error("AZURE_ENV_NAME is missing: --azd is for azd alone.");
  const token = azdToken();
  const name = `${options.name}-${environment}`;
  const baseUrl = host ? `https://${host}` : undefined;
  const api = await registerApi(graphDirectory(token), { name, baseUrl }, randomUUID);
  tellApi(api, token);
  run("azd", ["env", "set", "API_CLIENT_ID", api.applicationId]);
}

/** A registration may be of another tenant, or may not be seen by whoever deploys; one that was deleted is noticed here. */
async function checkKnown(known: string): Promise<void> {
  try {
    const token = azdToken();
    const { API_TENANT_ID: tenant = "" } = process.env;
    if (tenant !== "" && tenant.toLowerCase() !== tenantOf(token)) {
      console.log(
        `The API is ${known} (API_CLIENT_ID) of the tenant ${tenant} (API_TENANT_ID), and was not looked for.`,
      );
      return;
    }
    await requireRegistered(graphDirectory(token), known);
    console.log(`The API is registered as ${known} (API_CLIENT_ID).`);
  } catch (error) {
    if (error instanceof Gone) throw error;
    console.warn(`Whether ${known} (API_CLIENT_ID) is still registered could not be seen: ${reasonOf(error)}`);
  }
}

/** What was provisioned works without the page, so that a registration that cannot be changed here ends nothing. */
async function registerPageForAzd(options: Options): Promise<void> {
  const { API_CLIENT_ID: known, AZURE_ENV_NAME: environment = "", baseUrl = "", defaultHostName = "" } = process.env;
  if (!baseUrl || !defaultHostName) throw new Error("The outputs of azd are missing: --azd-page is for azd alone.");
  const name = `${options.name}-${environment}`;
  const pageOrigins = [...new Set([new URL(baseUrl).origin, `https://${defaultHostName}`])];
  try {
    const directory = graphDirectory(azdToken());
    if ((await findApi(directory, name)) !== known) throw new Error(`The API was not registered as ${name}.`);
    await consent(directory, await registerApi(directory, { name, pageOrigins }, randomUUID));
    console.log(`The page is registered at ${pageOrigins.map((origin) => `${origin}/manage`).join(" and ")}.`);
  } catch (error) {
    const pages = pageOrigins.map((origin) => `--page ${origin}`).join(" ");
    console.warn(
      `Nobody can sign in to the page yet: the registration ${known} could not be completed. ${reasonOf(error)} ` +
        `Let its owner run: node local/run.mjs infra/entra/register.ts --name <its name> ${pages} (where it was made by ` +
        "hand, docs/deploy.md says what it takes).",
    );
  }
}

function azdToken(): string {
  const answer: { readonly token: string } = JSON.parse(
    run("azd", ["auth", "token", "--scope", "https://graph.microsoft.com/.default", "--output", "json"]),
  );
  return answer.token;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
