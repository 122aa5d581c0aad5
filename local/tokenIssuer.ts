// Takes the place of Entra ID on one machine: client credentials for three known applications, keys, discovery.
//   POST /{tenant}/oauth2/token          version 1, with `resource`
//   POST /{tenant}/oauth2/v2.0/token     version 2, with `scope` (<base>/.default)
//   GET  /{tenant}/discovery/keys, /{tenant}/[v2.0/].well-known/openid-configuration, /common/discovery/instance
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { lifetimeSeconds, signAccessToken } from "./issuer/accessToken.ts";
import { apiClientId, tenantId } from "./issuer/applications.ts";
import { findDocument } from "./issuer/discovery.ts";
import { loadSigningKey, type SigningKey } from "./issuer/signingKey.ts";
import { readTokenRequest, toErrorBody, TokenRefusal, type TokenVersion } from "./issuer/tokenRequest.ts";

export interface TokenIssuerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Where clients reach the service: what tokens may be asked for, with and without a slash at the end. */
  readonly audience: string;
  /** Keeps the signing key between starts. */
  readonly keyFile?: string;
  /** Also answers over TLS, on a port of its own: some client libraries take no other authority. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface TokenIssuer {
  /** The base of both issuers' names: `<baseUrl>/<tenant>/` and `<baseUrl>/<tenant>/v2.0`. */
  readonly baseUrl: string;
  readonly tlsBaseUrl: string | undefined;
  readonly tenantId: string;
  readonly apiClientId: string;
  stop(): Promise<void>;
}

interface Issuing {
  readonly baseUrl: string;
  readonly key: SigningKey;
  readonly isAudience: (resource: string) => boolean;
}

const formBytesMax = 64 * 1024;

/** Starts the development issuer on this machine's loopback address. */
export async function startTokenIssuer(options: TokenIssuerOptions): Promise<TokenIssuer> {
  const key = await loadSigningKey(options.keyFile);
  const isAudience = createAudienceCheck(options.audience);
  const server = createServer((request, response) => answer(request, response, { baseUrl, key, isAudience }));
  const port = await listen(server, options.port ?? 0);
  const baseUrl = `http://localhost:${port}`;
  const tlsServer =
    options.tls &&
    createTlsServer(options.tls, (request, response) => answer(request, response, { baseUrl, key, isAudience }));
  const tlsPort = tlsServer && (await listen(tlsServer, 0));
  return {
    baseUrl,
    tlsBaseUrl: tlsPort === undefined ? undefined : `https://localhost:${tlsPort}`,
    tenantId,
    apiClientId,
    async stop() {
      await Promise.all([close(server), tlsServer && close(tlsServer)]);
    },
  };
}

/** An audience is the base URL (default port, case and a slash at the end make no difference), or the API's id. */
function createAudienceCheck(audience: string): (resource: string) => boolean {
  const accepted = new Set([normalize(audience), apiClientId, `api://${apiClientId}`]);
  return (resource) => accepted.has(normalize(resource));
}

function normalize(resource: string): string {
  return (URL.parse(resource)?.href ?? resource.toLowerCase()).replace(/\/$/, "");
}

function answer(request: IncomingMessage, response: ServerResponse, issuing: Issuing): void {
  const correlationId = request.headers["client-request-id"]?.toString() ?? randomUUID();
  const send = (status: number, body: object): void => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
  };
  route(request, issuing).then(
    (body) => send(200, body),
    (error: unknown) => {
      const refusal =
        error instanceof TokenRefusal ? error : new TokenRefusal(500, "server_error", 90033, String(error));
      send(refusal.status, toErrorBody(refusal, new Date(), correlationId));
    },
  );
}

async function route(request: IncomingMessage, issuing: Issuing): Promise<object> {
  const scheme = "encrypted" in request.socket ? "https" : "http";
  const seenAs = `${scheme}://${request.headers.host ?? "localhost"}`;
  const { pathname } = new URL(request.url ?? "/", seenAs);
  if (request.method === "GET" || request.method === "HEAD") {
    const document = findDocument(pathname, issuing.baseUrl, seenAs, issuing.key);
    if (document !== undefined) return document;
  }
  const match = /^\/([^/]+)\/oauth2\/(v2\.0\/)?token$/i.exec(pathname);
  if (match === null || request.method !== "POST") {
    throw new TokenRefusal(404, "invalid_request", 90002, `There is nothing at ${request.method} ${pathname}.`);
  }
  if (match[1]?.toLowerCase() !== tenantId) {
    throw new TokenRefusal(400, "invalid_request", 90002, `Tenant '${match[1]}' not found. Here it is ${tenantId}.`);
  }
  return grantToken(request, issuing, match[2] === undefined ? "1.0" : "2.0");
}

async function grantToken(request: IncomingMessage, issuing: Issuing, version: TokenVersion): Promise<object> {
  const form = new URLSearchParams(await readForm(request));
  const grant = readTokenRequest(form, request.headers.authorization, version, issuing.isAudience);
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

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
