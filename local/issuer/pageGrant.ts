import { createHash } from "node:crypto";
import { apiClientId } from "./applications.ts";
import type { Consents } from "./consents.ts";
import { narrowScope } from "./personScope.ts";
import { grantPersonTokens, untilOf } from "./personTokens.ts";
import type { SigningKey } from "./signingKey.ts";
import { TokenRefusal } from "./tokenRequest.ts";

interface Redeeming {
  readonly key: SigningKey;
  readonly baseUrl: string;
  readonly consents: Consents;
}

/** Whether it is the page's grant: the other ones are those of applications that have a secret. */
export function isPageGrant(form: URLSearchParams): boolean {
  return ["authorization_code", "refresh_token"].includes(form.get("grant_type") ?? "");
}

/** Redeems a code or a refresh token, each of them once, for the page at this origin. */
export async function redeem(form: URLSearchParams, origin: string, by: Redeeming): Promise<object> {
  requirePublicClient(form);
  return form.get("grant_type") === "refresh_token" ? refresh(form, origin, by) : redeemCode(form, origin, by);
}

function redeemCode(form: URLSearchParams, origin: string, by: Redeeming): Promise<object> {
  const grant = by.consents.codes.take(readField(form, "code"));
  if (grant === undefined) throw refused(70008, "The code is unknown, was redeemed before, or is older than a minute.");
  if (readField(form, "redirect_uri") !== grant.redirectUri || new URL(grant.redirectUri).origin !== origin) {
    throw refused(500112, "The code was given to another address.");
  }
  const verifier = readField(form, "code_verifier");
  if (!/^[\w.~-]{43,128}$/.test(verifier) || toChallenge(verifier) !== grant.challenge) {
    throw refused(501481, "The code_verifier does not match the code_challenge of the sign-in.");
  }
  const now = Date.now();
  const asked = narrowScope(grant.scope, form.get("scope"));
  return grantPersonTokens(by, { ...grant, asked, origin, until: untilOf(now) }, now);
}

function refresh(form: URLSearchParams, origin: string, by: Redeeming): Promise<object> {
  const grant = by.consents.refreshTokens.take(readField(form, "refresh_token"));
  if (grant === undefined) throw refused(700084, "The refresh token is unknown, was used before, or its day is over.");
  if (grant.origin !== origin) throw refused(9002326, "The refresh token was given to another origin.");
  return grantPersonTokens(by, { ...grant, asked: narrowScope(grant.scope, form.get("scope")) }, Date.now());
}

function requirePublicClient(form: URLSearchParams): void {
  const clientId = readField(form, "client_id");
  if (clientId.toLowerCase() !== apiClientId) {
    const message = `Application with identifier '${clientId}' has no page. People sign in to ${apiClientId}.`;
    throw new TokenRefusal(400, "unauthorized_client", 700016, message);
  }
  if (form.has("client_secret") || form.has("client_assertion")) {
    const message = "The client is public, so neither 'client_assertion' nor 'client_secret' should be presented.";
    throw new TokenRefusal(401, "invalid_client", 700025, message);
  }
}

function readField(form: URLSearchParams, field: string): string {
  const value = form.get(field);
  if (value !== null) return value;
  const message = `The request body must contain the following parameter: '${field}'.`;
  throw new TokenRefusal(400, "invalid_request", 900144, message);
}

function toChallenge(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function refused(code: number, message: string): TokenRefusal {
  return new TokenRefusal(400, "invalid_grant", code, message);
}
