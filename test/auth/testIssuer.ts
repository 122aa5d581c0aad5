import { constants, KeyObject, sign as signBytes } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet } from "jose";
import { entraIssuers } from "../../shared/auth/authority.ts";
import { createTokenVerifier, type TokenRules, type TokenVerifier } from "../../shared/auth/entraToken.ts";
import { createSigningKeys } from "../../shared/auth/signingKeys.ts";

export const tenantId = "11111111-2222-4333-8444-555555555555";
export const apiClientId = "aaaaaaaa-0000-4000-8000-000000000001";
export const clientId = "bbbbbbbb-0000-4000-8000-000000000002";
export const otherId = "cccccccc-0000-4000-8000-000000000003";
export const baseUrl = "https://demo.example";
export const noon = Date.UTC(2026, 10, 24, 12);
export const issuers = entraIssuers(tenantId);

const real = await generateKeyPair("RS256", { extractable: true });
export const realPublicJwk = await exportJWK(real.publicKey);
const realKeyObject = KeyObject.from(real.privateKey);
export const foreign = await generateKeyPair("RS256", { extractable: true });
export const foreignPublicJwk = await exportJWK(foreign.publicKey);

/** The keys that the tenant publishes in these tests. */
export const keySet: JSONWebKeySet = { keys: [{ ...realPublicJwk, kid: "real", use: "sig" }] };

const times = { iat: noon / 1_000 - 60, nbf: noon / 1_000 - 60, exp: noon / 1_000 + 3_600 };

export const claimsV1: Claims = { ...times, ver: "1.0", iss: issuers.v1, aud: baseUrl, tid: tenantId, appid: clientId };
export const claimsV2: Claims = {
  ...times,
  ver: "2.0",
  iss: issuers.v2,
  aud: apiClientId,
  tid: tenantId,
  azp: clientId,
};

export type Claims = Readonly<Record<string, unknown>>;

/** Signs any claims with the tenant's own key unless told otherwise; a member that is undefined is left out. */
export async function sign(
  claims: Claims,
  header: Readonly<Record<string, unknown>> = {},
  key: CryptoKey | Uint8Array = real.privateKey,
): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", typ: "JWT", kid: "real", ...header }).sign(key);
}

export function verifierWith(changes: Partial<TokenRules> = {}): TokenVerifier {
  const clock = changes.clock ?? ((): number => noon);
  return createTokenVerifier({
    tenantId,
    audiences: [apiClientId, `api://${apiClientId}`, baseUrl],
    issuers,
    keys: createSigningKeys(async () => keySet, clock),
    clock,
    clockToleranceMs: 5 * 60_000,
    cacheMax: 0,
    ...changes,
  });
}

/** Signs any two texts with the tenant's own key, which no library would do. */
export function signTexts(header: string, claims: string, padding: number = constants.RSA_PKCS1_PADDING): string {
  const signed = `${Buffer.from(header).toString("base64url")}.${Buffer.from(claims).toString("base64url")}`;
  const saltLength = padding === constants.RSA_PKCS1_PSS_PADDING ? { saltLength: 32 } : {};
  const signature = signBytes("sha256", Buffer.from(signed), { key: realKeyObject, padding, ...saltLength });
  return `${signed}.${signature.toString("base64url")}`;
}
