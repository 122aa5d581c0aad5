// Takes the place of Entra ID on one machine: client credentials for three known applications, keys, discovery.
//   POST /{tenant}/oauth2/token          version 1, with `resource`
//   POST /{tenant}/oauth2/v2.0/token     version 2, with `scope` (<base>/.default)
//   GET  /{tenant}/discovery/keys, /{tenant}/[v2.0/].well-known/openid-configuration, /common/discovery/instance
// It lives below the service's own origin, because client libraries want one: whoever trusts the service's certificate
// trusts the issuer's, and the issuer's name is of the origin that its documents are fetched from.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { lifetimeSeconds, signAccessToken } from "./issuer/accessToken.ts";
import { apiClientId, originalApplicationId, tenantId } from "./issuer/applications.ts";
import { findDocument } from "./issuer/discovery.ts";
import { loadSigningKey, type SigningKey } from "./issuer/signingKey.ts";
import {
  readTokenRequest,
  toErrorBody,
  TokenRefusal,
  type AudienceOf,
  type TokenVersion,
} from "./issuer/tokenRequest.ts";

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
}

const formBytesMax = 64 * 1024;
const ownPath =
  /^\/+([^/]+)\/+(oauth2\/(?:v2\.0\/)?token|discovery\/(?:(?:v2\.0\/)?keys|instance)|(?:v2\.0\/)?\.well-known\/openid-configuration)$/i;

export async function createTokenIssuer({ baseUrl, audience, keyFile }: TokenIssuerOptions): Promise<TokenIssuer> {
  const issuing = { baseUrl, key: await loadSigningKey(keyFile), audienceOf: createAudiences(audience) };
  return {
    baseUrl,
    tenantId,
    apiClientId,
    answer(request, response, url) {
      const [, tenant, document] = ownPath.exec(url.pathname) ?? [];
      if (tenant === undefined || document === undefined) return false;
      answer(request, response, route(request, `/${tenant}/${document}`, url.origin, issuing));
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

function answer(request: IncomingMessage, response: ServerResponse, outcome: Promise<object>): void {
  const correlationId = request.headers["client-request-id"]?.toString() ?? randomUUID();
  const send = (status: number, body: object): void => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
  };
  outcome.then(
    (body) => send(200, body),
    (error: unknown) => {
      const refusal =
        error instanceof TokenRefusal ? error : new TokenRefusal(500, "server_error", 90033, String(error));
      send(refusal.status, toErrorBody(refusal, new Date(), correlationId));
    },
  );
}

async function route(request: IncomingMessage, pathname: string, seenAs: string, issuing: Issuing): Promise<object> {
  if (request.method === "GET" || request.method === "HEAD") {
    const document = findDocument(pathname, seenAs, issuing.key);
    if (document !== undefined) return document;
  }
  const match = /^\/([^/]+)\/oauth2\/(v2\.0\/)?token$/i.exec(pathname);
  const [, tenant = /^[^/]+/.exec(pathname.slice(1))?.[0]] = match ?? [];
  if (tenant?.toLowerCase() !== tenantId) {
    throw new TokenRefusal(400, "invalid_request", 90002, `Tenant '${tenant}' not found. Here it is ${tenantId}.`);
  }
  if (match === null || request.method !== "POST") throw nothingAt(request, pathname);
  return grantToken(request, issuing, match[2] === undefined ? "1.0" : "2.0");
}

function nothingAt({ method }: IncomingMessage, pathname: string): TokenRefusal {
  return new TokenRefusal(404, "invalid_request", 90002, `There is nothing at ${method} ${pathname}.`);
}

async function grantToken(request: IncomingMessage, issuing: Issuing, version: TokenVersion): Promise<object> {
  const form = new URLSearchParams(await readForm(request));
  const grant = readTokenRequest(form, request.headers.authorization, version, issuing.audienceOf);
  const now = Date.now();
  const token = await signAccessToken(issuing.key, issuing.baseUrl, version, grant, now);
  if (version === "2.0") {
    return { token_type: "Bearer", expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: token };
  }
  // Version 1 spells every number as text.
  const seconds = Math.floor(now / 1000);
  return {
    token_type: "Bearer",
    expires_in: String(lifetimeSeconds),
    ext_expires_in: String(lifetimeSeconds),
    expires_on: String(seconds + lifetimeSeconds),
    not_before: String(seconds),
    resource: grant.resource,
    access_token: token,
  };
}

async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > formBytesMax) throw new TokenRefusal(413, "invalid_request", 90023, "The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
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
