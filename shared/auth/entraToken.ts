import { hash } from "node:crypto";
import { errors, jwtVerify, type JWTHeaderParameters, type JWTPayload } from "jose";
import { isGuid } from "../domain/guid.ts";
import { type Caller, toPersonName } from "../domain/caller.ts";
import { DomainError } from "../domain/errors.ts";
import type { SigningKeys } from "./signingKeys.ts";

export interface TokenRules {
  readonly tenantId: string;
  /** The API's client id, its `api://…` URI, its base URL: each counts with and without a slash at the end. */
  readonly audiences: readonly string[];
  readonly issuers: { readonly v1: string; readonly v2: string };
  readonly keys: SigningKeys;
  /** The time in epoch milliseconds. */
  readonly clock: () => number;
  /** How far the issuer's clock may be from ours: at most five minutes. */
  readonly clockToleranceMs: number;
  /** How many verified tokens are remembered; 0 verifies each one anew. */
  readonly cacheMax: number;
}

/** Gives the caller that a request's Authorization header proves, or throws `notAuthenticated`. */
export type TokenVerifier = (authorizationHeader: string | null) => Promise<Caller>;

const tokenCharactersMax = 16 * 1_024;
const toleranceMsMax = 5 * 60_000;
const rememberedMs = 5 * 60_000;
const rolesMax = 100;
/** Headers by which a token brings its own key or asks for rules of its own. Entra ID sends none of them. */
const refusedHeaders = ["jku", "x5u", "jwk", "x5c", "crit", "b64"];

/**
 * Verifies access tokens of one Entra ID tenant, of either version. A refusal says which check failed and never holds
 * the token. `KeysUnavailable` is thrown when the signing keys cannot be fetched.
 */
export function createTokenVerifier(rules: TokenRules): TokenVerifier {
  if (!(rules.clockToleranceMs >= 0 && rules.clockToleranceMs <= toleranceMsMax)) {
    throw new Error(`The clock tolerance is ${rules.clockToleranceMs} ms; it must be 0 to ${toleranceMsMax}.`);
  }
  if (rules.audiences.length === 0) throw new Error("No audience is configured, so no token could be accepted.");
  const audiences = new Set(rules.audiences.map(normalizeAudience));
  const remembered = new Map<string, { readonly caller: Caller; readonly until: number }>();

  return async (authorizationHeader) => {
    const token = readBearerToken(authorizationHeader);
    const key = hash("sha256", token, "base64");
    const known = remembered.get(key);
    if (known !== undefined && rules.clock() < known.until) return known.caller;
    const claims = await verifySignature(token, rules);
    const caller = readCaller(claims, rules, audiences);
    if (rules.cacheMax > 0) {
      remembered.delete(key);
      dropOldest(remembered, rules.cacheMax - 1);
      remembered.set(key, { caller, until: rememberUntil(claims, rules) });
    }
    return caller;
  };
}

function readBearerToken(header: string | null): string {
  if (header === null || header === "") throw refusal("The Authorization header is missing. Send a Bearer token.");
  if (header.length > tokenCharactersMax) throw refusal("The token is longer than 16 KB.");
  const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(header)?.[1];
  if (token === undefined) throw refusal("The Authorization header holds no Bearer token in three parts.");
  return token;
}

async function verifySignature(token: string, rules: TokenRules): Promise<JWTPayload> {
  try {
    const verified = await jwtVerify(token, (header) => rules.keys(requireHeaderWithoutKeys(header)), {
      algorithms: ["RS256"],
      requiredClaims: ["exp", "iss", "aud"],
      currentDate: new Date(rules.clock()),
      clockTolerance: rules.clockToleranceMs / 1_000,
    });
    return verified.payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refusal(explain(error));
    throw error;
  }
}

function requireHeaderWithoutKeys(header: JWTHeaderParameters): JWTHeaderParameters {
  const found = refusedHeaders.find((name) => Object.hasOwn(header, name));
  if (found !== undefined) throw refusal(`The token's header has "${found}", which is never followed.`);
  return header;
}

function explain(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "The token is expired.";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf" && error.reason === "check_failed") {
    return "The token is not valid yet.";
  }
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim "${error.claim}" is missing or wrong.`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is wrong.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token is not signed with RS256.";
  return "The token is malformed.";
}

/** Which issuer must have signed and which claim names the client depends on the version alone. */
function readCaller(claims: JWTPayload, rules: TokenRules, audiences: ReadonlySet<string>): Caller {
  const version = claims["ver"];
  if (version !== "1.0" && version !== "2.0") throw refusal('The token\'s version (ver) is neither "1.0" nor "2.0".');
  const [issuer, clientClaim] = version === "1.0" ? [rules.issuers.v1, "appid"] : [rules.issuers.v2, "azp"];
  if (claims.iss !== issuer) throw refusal(`The token's issuer (iss) is not that of version ${version} tokens here.`);
  if (readGuid(claims["tid"]) !== rules.tenantId.toLowerCase()) {
    throw refusal("The token comes from another tenant (tid).");
  }
  if (typeof claims.aud !== "string" || !audiences.has(normalizeAudience(claims.aud))) {
    throw refusal("The token is for another audience (aud).");
  }
  const applicationId = readGuid(claims[clientClaim]);
  if (applicationId === undefined) throw refusal(`The token names no client application (${clientClaim}).`);
  const objectId = readGuid(claims["oid"]);
  const roles = readRoles(claims["roles"]);
  const scopes = readScopes(claims);
  return {
    applicationId,
    roles,
    tokenVersion: version,
    ...(objectId !== undefined && { objectId }),
    ...(scopes && { scopes }),
    ...(scopes && objectId !== undefined && { person: { objectId, name: readName(objectId, claims) } }),
  };
}

/** Only a token that somebody's sign-in stands behind has scopes; `idtyp` is in a token where its API asked for it. */
function readScopes({ scp, idtyp }: JWTPayload): readonly string[] | undefined {
  if (typeof scp === "string") return scp.split(" ").slice(0, rolesMax);
  return scp === undefined && (idtyp === undefined || idtyp === "app") ? undefined : [];
}

/** The name by which one signs in is nobody else's, as the one that is shown elsewhere may be. */
function readName(objectId: string, claims: JWTPayload): string {
  const { preferred_username: userName, upn, unique_name: uniqueName, name } = claims;
  return toPersonName(objectId, [userName, upn, uniqueName, name]);
}

function readGuid(claim: unknown): string | undefined {
  const guid = typeof claim === "string" ? claim.toLowerCase() : "";
  return isGuid(guid) ? guid : undefined;
}

function readRoles(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((role) => typeof role === "string").slice(0, rolesMax) : [];
}

/** Clients ask for the base URL with and without a slash, and hosts have no case; a path keeps its case. */
function normalizeAudience(audience: string): string {
  const withoutSlash = audience.endsWith("/") ? audience.slice(0, -1) : audience;
  if (isGuid(withoutSlash.toLowerCase())) return withoutSlash.toLowerCase();
  return withoutSlash.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, (schemeAndHost) => schemeAndHost.toLowerCase());
}

/** `exp` is required by then; a revoked key is noticed after five minutes at the latest. */
function rememberUntil(claims: JWTPayload, rules: TokenRules): number {
  return Math.min((claims.exp ?? 0) * 1_000 + rules.clockToleranceMs, rules.clock() + rememberedMs);
}

/** A map lists its entries by age, so the first ones go. */
function dropOldest(remembered: Map<string, unknown>, countMax: number): void {
  for (const key of remembered.keys()) {
    if (remembered.size <= countMax) return;
    remembered.delete(key);
  }
}

function refusal(message: string): DomainError {
  return new DomainError("notAuthenticated", message);
}
