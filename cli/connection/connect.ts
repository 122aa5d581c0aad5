import { type Api, createApi } from "../../client/api.ts";
import { type ClientCredentials, clientCredentials, findIssuer } from "../../client/clientCredentials.ts";
import type { Ask } from "../../client/reach.ts";
import { fetchWithToken, type Tokens } from "../../client/fetchWithToken.ts";
import type { Application } from "../../local/issuer/applications.ts";
import { UsageError } from "../exitCodes.ts";
import type { CommonValues } from "../options.ts";
import type { Surroundings } from "../surroundings.ts";
import { isLoopback, readAddress, readGiven, type Given } from "./given.ts";
import { chooseApplication, findLocalService, localCredentials, trustLocalService } from "./localService.ts";
import { patientFetch } from "./patientFetch.ts";
import { checkIssuer } from "./trustedIssuer.ts";

/** The two faces of the service: an application that manages is not always one that exchanges files. */
type Face = "manage" | "connector";

/** The service that a command speaks with, and as whom. */
export interface Connection {
  readonly baseUrl: string;
  /** Where the command line says nothing else, the service of this machine and the applications that it comes with. */
  readonly isLocal: boolean;
  /** The management API. */
  readonly manage: Api;
  /** The connector, as an application on the lists of jobs. */
  readonly connector: Api;
  /** Asks the management API for what has no types, such as definitions of every kind. */
  readonly fetchManage: (request: Request) => Promise<Response>;
  /** Asks the connector for what is no JSON; the body is sent once. */
  readonly fetchFile: (request: Request) => Promise<Response>;
  readonly tokens: (face: Face) => Tokens;
}

/** The service that is meant, and where it is one that runs here, what is known of it. */
export async function locate(values: CommonValues, surroundings: Surroundings) {
  const address = readAddress(values, surroundings);
  const running = await findLocalService(surroundings.folder, address);
  const baseUrl = address ?? (running && new URL(running.baseUrl).origin);
  if (baseUrl === undefined) {
    throw new UsageError(
      "Which service? Say --url https://…, or set RECURRING_INTEGRATIONS_URL; none runs in this folder.",
    );
  }
  if (running) trustLocalService(running);
  return { baseUrl, running };
}

export async function connect(values: CommonValues, surroundings: Surroundings): Promise<Connection> {
  const given = await readGiven(values, surroundings);
  const { baseUrl, running } = await locate(values, surroundings);
  const ask = patientFetch(surroundings);
  const tokens =
    running && !given.token && !given.secret
      ? localTokens(given, (application) => localCredentials(running, application), ask)
      : await givenTokens(baseUrl, given, ask);
  const unreachableText = `${baseUrl} cannot be reached.`;
  const fetchAs = (face: Face) => fetchWithToken(tokens(face), { ask, unreachableText });
  return {
    baseUrl,
    isLocal: running !== undefined,
    tokens,
    manage: createApi({ baseUrl, fetch: fetchAs("manage") }),
    connector: createApi({ baseUrl, fetch: fetchAs("connector") }),
    fetchManage: fetchAs("manage"),
    fetchFile: fetchAs("connector"),
  };
}

function localTokens(
  { clientId }: Given,
  credentialsOf: (application: Application) => ClientCredentials,
  ask: Ask,
): (face: Face) => Tokens {
  const ofRole = (role: string): Tokens => {
    const application = chooseApplication(clientId === undefined ? { role } : { clientId });
    return clientCredentials({ ...credentialsOf(application), ask });
  };
  const faces = { manage: ofRole("Integration.Manage"), connector: ofRole("Integration.Connect") };
  return (face) => faces[face];
}

async function givenTokens(baseUrl: string, given: Given, ask: Ask): Promise<(face: Face) => Tokens> {
  const { token, clientId, secret } = given;
  if (token !== undefined) return () => ({ token: () => Promise.resolve(token), giveUpToken: () => undefined });
  const isHere = isLoopback(new URL(baseUrl).hostname);
  if (secret === undefined && isHere) {
    const found = await findIssuer(baseUrl, ask);
    // One of another folder's: it gives tokens to the applications that every local service comes with.
    if (isLoopback(new URL(found.issuer).hostname)) {
      return localTokens(given, (known) => ({ ...found, clientId: known.clientId, clientSecret: known.secret }), ask);
    }
  }
  if (clientId === undefined || secret === undefined) {
    const missing =
      clientId === undefined
        ? "--client-id (RECURRING_INTEGRATIONS_CLIENT_ID)"
        : "the client secret (RECURRING_INTEGRATIONS_CLIENT_SECRET, or --client-secret-file)";
    throw new UsageError(`Who asks ${baseUrl}? ${missing} is missing; or set RECURRING_INTEGRATIONS_TOKEN.`);
  }
  const found = await findIssuer(baseUrl, ask);
  checkIssuer(found.issuer, baseUrl, given.tenant);
  const tokens = clientCredentials({ ...found, clientId, clientSecret: secret, ask });
  return () => tokens;
}
