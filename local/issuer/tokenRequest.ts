import { randomUUID, timingSafeEqual } from "node:crypto";
import { applications, type Application } from "./applications.ts";

export type TokenVersion = "1.0" | "2.0";

/** A token that was asked for properly. */
export interface Grant {
  readonly application: Application;
  /** What was asked for: the `resource`, or the scope without `/.default`. */
  readonly resource: string;
  /** Of a version 1 token. */
  readonly audience: string;
}

/** The audience that stands for a resource; undefined when there is no such resource. */
export type AudienceOf = (resource: string) => string | undefined;

/** A refusal in the words of Entra ID. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
  readonly status: number;
  readonly error: string;
  readonly code: number;

  constructor(status: number, error: string, code: number, message: string) {
    super(message);
    this.status = status;
    this.error = error;
    this.code = code;
  }
}

/** Checks a token request as Entra checks client credentials; fields that it does not know are ignored. */
export function readTokenRequest(
  form: URLSearchParams,
  authorization: string | undefined,
  version: TokenVersion,
  audienceOf: AudienceOf,
): Grant {
  const grantType = form.get("grant_type");
  if (grantType === null) throw missing("grant_type");
  if (grantType !== "client_credentials") {
    const message = `The app requested an unsupported grant type '${grantType}'. This issuer knows client_credentials.`;
    throw new TokenRefusal(400, "unsupported_grant_type", 70003, message);
  }
  const application = authenticate(form, authorization);
  const resource = version === "1.0" ? readResource(form) : readScope(form);
  const audience = audienceOf(resource);
  if (audience !== undefined) return { application, resource, audience };
  const message =
    `The resource principal named ${resource} was not found in the tenant named Local development. ` +
    "Ask for the base URL of the running service.";
  throw new TokenRefusal(400, "invalid_resource", 500011, message);
}

function authenticate(form: URLSearchParams, authorization: string | undefined): Application {
  const basic = readBasic(authorization);
  const clientId = form.get("client_id") ?? basic?.clientId;
  const secret = form.get("client_secret") ?? basic?.secret;
  if (clientId === undefined) throw missing("client_id");
  const found = applications.find((application) => application.clientId === clientId.toLowerCase());
  if (found === undefined) {
    const message = `Application with identifier '${clientId}' was not found in the directory 'Local development'.`;
    throw new TokenRefusal(400, "unauthorized_client", 700016, message);
  }
  if (secret === undefined || secret === "") {
    const message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw new TokenRefusal(401, "invalid_client", 7000218, message);
  }
  if (!isSame(secret, found.secret)) {
    const message = `Invalid client secret provided for app '${clientId}'. Ensure the secret being sent is the value.`;
    throw new TokenRefusal(401, "invalid_client", 7000215, message);
  }
  return found;
}

function readBasic(header: string | undefined): { readonly clientId: string; readonly secret: string } | undefined {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [clientId = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(/:(.*)/s);
  // RFC 6749 sends both form-encoded.
  const decode = (text: string): string => new URLSearchParams(`v=${text}`).get("v") ?? "";
  return { clientId: decode(clientId), secret: decode(secret) };
}

function readResource(form: URLSearchParams): string {
  const resource = form.get("resource");
  if (resource === null) throw missing("resource");
  return resource;
}

function readScope(form: URLSearchParams): string {
  const scope = form.get("scope");
  if (scope === null) throw missing("scope");
  const resource = /^(\S+)\/\.default$/.exec(scope)?.[1];
  if (resource === undefined) {
    const message =
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      "/.default suffixed to the resource identifier (application ID URI).";
    throw new TokenRefusal(400, "invalid_scope", 1002012, message);
  }
  return resource;
}

function missing(field: string): TokenRefusal {
  return new TokenRefusal(
    400,
    "invalid_request",
    900144,
    `The request body must contain the following parameter: '${field}'.`,
  );
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The body of an error answer, with the fields that Entra's clients read. */
export function toErrorBody(refusal: TokenRefusal, now: Date, correlationId: string) {
  const timestamp = `${now.toISOString().slice(0, 19).replace("T", " ")}Z`;
  const traceId = randomUUID();
  return {
    error: refusal.error,
    error_description:
      `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} ` +
      `Timestamp: ${timestamp}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  };
}
