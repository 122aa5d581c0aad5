// Takes the place of Entra ID on one machine: client credentials for three known applications, the sign-in of two people
// at the management page, keys, discovery.
//   POST      /{tenant}/oauth2/token            version 1, with `resource`
//   POST      /{tenant}/oauth2/v2.0/token       version 2, with `scope` (<base>/.default), or the page's code or refresh token
//   GET, POST /{tenant}/oauth2/v2.0/authorize   where people sign in
//   GET, POST /{tenant}/oauth2/v2.0/logout      and out
//   GET       /{tenant}/discovery/keys, /{tenant}/[v2.0/].well-known/openid-configuration, /common/discovery/instance
// It lives below the service's own origin, because client libraries want one: whoever trusts the service's certificate
// trusts the issuer's, and the issuer's name is of the origin that its documents are fetched from.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type IssuerAnswer, readForm, toJson } from "./issuer/answer.ts";
import { apiClientId, originalApplicationId, pageServerOrigin, tenantId } from "./issuer/applications.ts";
import { grantApplicationToken } from "./issuer/applicationGrant.ts";
import { authorize, signOut } from "./issuer/authorize.ts";
import { type Consents, createConsents } from "./issuer/consents.ts";
import { findDocument } from "./issuer/discovery.ts";
import { isPageGrant, redeem } from "./issuer/pageGrant.ts";
import { loadSigningKey, type SigningKey } from "./issuer/signingKey.ts";
import { toErrorBody, TokenRefusal, type AudienceOf, type TokenVersion } from "./issuer/tokenRequest.ts";

export interface TokenIssuerOptions {
  /** The origin below which it is reached. */
  readonly baseUrl: string;
  /** Where clients reach the service: what tokens may be asked for, with and without a slash at the end. */
  readonly audience: string;
  /** Keeps the signing key between starts. */
  readonly keyFile?: string;
}

export interface TokenIssuer {
  /** The base of both issuers' names: `<baseUrl>/<tenant>/` and `<baseUrl>/<tenant>/v2.0`. */
  readonly baseUrl: string;
  readonly tenantId: string;
  readonly apiClientId: string;
  /** Answers a request for one of the issuer's own paths; false for any other, which is left alone. */
  answer(this: void, request: IncomingMessage, response: ServerResponse, url: URL): boolean;
}

interface Issuing {
  readonly baseUrl: string;
  readonly key: SigningKey;
  readonly audienceOf: AudienceOf;
  /** Where clients reach the service, and so the page. */
  readonly serviceOrigin: string;
  readonly consents: Consents;
}

const ownPath =
  /^\/+([^/]+)\/+(oauth2\/(?:token|v2\.0\/(?:token|authorize|logout))|discovery\/(?:(?:v2\.0\/)?keys|instance)|(?:v2\.0\/)?\.well-known\/openid-configuration)$/i;

export async function createTokenIssuer({ baseUrl, audience, keyFile }: TokenIssuerOptions): Promise<TokenIssuer> {
  const issuing = {
    baseUrl,
    key: await loadSigningKey(keyFile),
    audienceOf: createAudiences(audience),
    serviceOrigin: new URL(audience).origin,
    consents: createConsents(),
  };
  return {
    baseUrl,
    tenantId,
    apiClientId,
    answer(request, response, url) {
      const [, tenant, document] = ownPath.exec(url.pathname) ?? [];
      if (tenant === undefined || document === undefined) return false;
      answer(request, response, route(request, url, `/${tenant}/${document}`, issuing));
      return true;
    },
  };
}

/** An issuer on a port of its own, for a service that something else runs, such as Core Tools. */
export async function startTokenIssuer(
  options: Omit<TokenIssuerOptions, "baseUrl"> & { readonly port: number },
): Promise<TokenIssuer & { stop(): Promise<void> }> {
  const baseUrl = `http://localhost:${options.port}`;
  const issuer = await createTokenIssuer({ ...options, baseUrl });
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    if (url === null || !issuer.answer(request, response, url)) {
      answer(request, response, Promise.reject(nothingAt(request, request.url ?? "/")));
    }
  });
  await listen(server, options.port);
  return { ...issuer, stop: () => close(server) };
}

/**
 * What the audience of a version 1 token is, by the resource that was asked for; undefined refuses it. A resource is the
 * base URL (default port, case and a slash at the end make no difference) or the API's id. The id of the original, which
 * templates of clients carry, is taken for the API's.
 */
function createAudiences(audience: string): AudienceOf {
  const accepted = new Set([normalize(audience), apiClientId, `api://${apiClientId}`]);
  return (resource) => {
    if (normalize(resource) === originalApplicationId) return apiClientId;
    return accepted.has(normalize(resource)) ? resource : undefined;
  };
}

function normalize(resource: string): string {
  return (URL.parse(resource)?.href ?? resource.toLowerCase()).replace(/\/$/, "");
}

function answer(request: IncomingMessage, response: ServerResponse, outcome: Promise<IssuerAnswer>): void {
  const send = ({ status, headers, body }: IssuerAnswer): void => {
    request.resume();
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  };
  outcome.then(send, (error: unknown) => send(refuse(request, error)));
}

function refuse(request: IncomingMessage, error: unknown, headers?: IssuerAnswer["headers"]): IssuerAnswer {
  const correlationId = request.headers["client-request-id"]?.toString() ?? randomUUID();
  const refusal = error instanceof TokenRefusal ? error : new TokenRefusal(500, "server_error", 90033, String(error));
  return toJson(refusal.status, toErrorBody(refusal, new Date(), correlationId), headers);
}

async function route(request: IncomingMessage, url: URL, pathname: string, issuing: Issuing): Promise<IssuerAnswer> {
  const isPost = request.method === "POST";
  const isRead = request.method === "GET" || request.method === "HEAD";
  const document = isRead ? findDocument(pathname, url.origin, issuing.key) : undefined;
  if (document !== undefined) return toJson(200, document, { "access-control-allow-origin": "*" });
  const [, tenant = "", what = ""] = /^\/([^/]+)\/(.*)$/.exec(pathname.toLowerCase()) ?? [];
  if (tenant !== tenantId) {
    throw new TokenRefusal(400, "invalid_request", 90002, `Tenant '${tenant}' not found. Here it is ${tenantId}.`);
  }
  if (isPost && what === "oauth2/token") return grantToken(request, url, issuing, "1.0");
  if (isPost && what === "oauth2/v2.0/token") return grantToken(request, url, issuing, "2.0");
  const setting = { pageOrigins: pageOriginsOf(url, issuing), origin: url.origin, consents: issuing.consents };
  if ((isPost || isRead) && what === "oauth2/v2.0/authorize") return authorize(request, url.searchParams, setting);
  if ((isPost || isRead) && what === "oauth2/v2.0/logout") return signOut(request, url.searchParams, setting);
  throw nothingAt(request, pathname);
}

/** What reaches the issuer under another name of this machine, as a development server does, serves the page there. */
function pageOriginsOf({ origin, hostname }: URL, { serviceOrigin }: Issuing): readonly string[] {
  const isOfThisMachine = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return [...new Set([serviceOrigin, ...(isOfThisMachine ? [origin, pageServerOrigin] : [])])];
}

function nothingAt({ method }: IncomingMessage, pathname: string): TokenRefusal {
  return new TokenRefusal(404, "invalid_request", 90002, `There is nothing at ${method} ${pathname}.`);
}

async function grantToken(
  request: IncomingMessage,
  url: URL,
  issuing: Issuing,
  version: TokenVersion,
): Promise<IssuerAnswer> {
  const form = await readForm(request);
  if (version === "2.0" && isPageGrant(form)) return grantPage(request, url, issuing, form);
  return toJson(200, await grantApplicationToken(form, request.headers.authorization, issuing, version));
}

async function grantPage(
  request: IncomingMessage,
  url: URL,
  issuing: Issuing,
  form: URLSearchParams,
): Promise<IssuerAnswer> {
  const { origin } = request.headers;
  if (origin === undefined || !pageOriginsOf(url, issuing).includes(origin)) return refuse(request, noPage());
  const headers = { "access-control-allow-origin": origin, vary: "origin" };
  try {
    return toJson(200, await redeem(form, origin, issuing), headers);
  } catch (error) {
    return refuse(request, error, headers);
  }
}

function noPage(): TokenRefusal {
  const message = "Tokens of a single-page client may only be redeemed by its page: the header Origin is another's.";
  return new TokenRefusal(400, "invalid_request", 9002327, message);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
