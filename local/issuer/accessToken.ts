import { randomUUID } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { apiClientId, tenantId } from "./applications.ts";
import type { SigningKey } from "./signingKey.ts";
import type { Grant, TokenVersion } from "./tokenRequest.ts";

export const lifetimeSeconds = 3_599;

/** The issuers of both token versions below the issuer's base URL, as Entra has one for each. */
export function issuersOf(baseUrl: string): { readonly v1: string; readonly v2: string } {
  return { v1: `${baseUrl}/${tenantId}/`, v2: `${baseUrl}/${tenantId}/v2.0` };
}

/** Signs an application's access token; the version decides issuer, audience and how the client is named. */
export function signAccessToken(
  key: SigningKey,
  baseUrl: string,
  version: TokenVersion,
  { application, audience }: Pick<Grant, "application" | "audience">,
  now: number,
): Promise<string> {
  const issuers = issuersOf(baseUrl);
  const common = {
    oid: application.objectId,
    sub: application.objectId,
    tid: tenantId,
    roles: application.roles,
    idtyp: "app",
    uti: randomUUID(),
    ver: version,
  };
  const claims =
    version === "1.0"
      ? { aud: audience, iss: issuers.v1, appid: application.clientId, appidacr: "1", idp: issuers.v1, ...common }
      : { aud: apiClientId, iss: issuers.v2, azp: application.clientId, azpacr: "1", ...common };
  return signClaims(key, claims, now);
}

/** Signs what a token says, with its times. */
export function signClaims(key: SigningKey, claims: JWTPayload, now: number): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: key.kid })
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(key.privateKey);
}
