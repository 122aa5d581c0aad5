import { hash, randomUUID } from "node:crypto";
import { manageScope } from "../../shared/auth/authority.ts";
import { issuersOf, lifetimeSeconds, signClaims } from "./accessToken.ts";
import { apiClientId, tenantId } from "./applications.ts";
import { toClientInfo } from "./authorize.ts";
import { type Consent, type Consents, refreshMs } from "./consents.ts";
import type { Scope } from "./personScope.ts";
import type { SigningKey } from "./signingKey.ts";

interface Signing {
  readonly key: SigningKey;
  readonly baseUrl: string;
  readonly consents: Consents;
}

interface Granted extends Consent {
  /** What these tokens are for, within the scope of the sign-in. */
  readonly asked: Scope;
  readonly nonce?: string | undefined;
  /** Of the page, which alone may use the refresh token. */
  readonly origin: string;
  /** When the sign-in ends. */
  readonly until: number;
}

/** The answer to a client for which a person signed in: what its scope says, of access, id and refresh token. */
export async function grantPersonTokens(signing: Signing, granted: Granted, now: number): Promise<object> {
  const { person, clientId, scope, asked, nonce, origin, until } = granted;
  const { key, baseUrl, consents } = signing;
  const who = claimsOf(granted, baseUrl);
  const access = { ...who, aud: apiClientId, azp: clientId, azpacr: "0", scp: manageScope };
  const idToken = { ...who, aud: clientId, ...(nonce !== undefined && { nonce }) };
  return {
    token_type: "Bearer",
    scope: asked.text,
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: await signClaims(key, access, now),
    ...(asked.hasIdToken && { id_token: await signClaims(key, idToken, now) }),
    ...(scope.hasRefreshToken && {
      refresh_token: consents.refreshTokens.give({ person, clientId, scope, origin, until }, until),
      refresh_token_expires_in: Math.floor((until - now) / 1_000),
    }),
    client_info: toClientInfo(person),
  };
}

export function untilOf(now: number): number {
  return now + refreshMs;
}

function claimsOf({ person, clientId }: Consent, baseUrl: string): Readonly<Record<string, unknown>> {
  return {
    iss: issuersOf(baseUrl).v2,
    oid: person.objectId,
    // A person has another subject at each client.
    sub: hash("sha256", `${person.objectId} ${clientId}`, "base64url"),
    tid: tenantId,
    name: person.name,
    preferred_username: person.userName,
    roles: person.roles,
    uti: randomUUID(),
    ver: "2.0",
  };
}
