import { clientApplication, tenantId } from "./applications.ts";
import { issuersOf } from "./accessToken.ts";
import type { SigningKey } from "./signingKey.ts";

/**
 * The documents that a client or verifier reads before it asks for a token: by path, below the issuer's origin.
 * `seenAs` is the origin under which the reader found it: a document of another origin's issuer is refused.
 */
export function findDocument(pathname: string, seenAs: string, key: SigningKey): object | undefined {
  const tenant = `/${tenantId}`;
  const lower = pathname
    .toLowerCase()
    .replace(/^\/(?:common|organizations)(?=\/(?:v2\.0\/)?(?:\.well-known|discovery\/keys|discovery\/v2\.0))/, tenant);
  const issuers = issuersOf(seenAs);
  switch (lower) {
    case `${tenant}/.well-known/openid-configuration`:
      return toConfiguration(seenAs, issuers.v1, "oauth2/token", "discovery/keys");
    case `${tenant}/v2.0/.well-known/openid-configuration`:
      return toConfiguration(seenAs, issuers.v2, "oauth2/v2.0/token", "discovery/v2.0/keys");
    case `${tenant}/discovery/keys`:
    case `${tenant}/discovery/v2.0/keys`:
      return { keys: [key.publicJwk] };
    case "/common/discovery/instance":
      return toInstances(seenAs);
    default:
      return undefined;
  }
}

function toConfiguration(seenAs: string, issuer: string, token: string, keys: string): object {
  const below = (rest: string): string => `${seenAs}/${tenantId}/${rest}`;
  return {
    token_endpoint: below(token),
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    jwks_uri: below(keys),
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment"],
    grant_types_supported: ["client_credentials", "authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "nonce", "oid", "tid", "name", "preferred_username", "roles"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    // People sign in by version 2 alone.
    authorization_endpoint: below("oauth2/v2.0/authorize"),
    end_session_endpoint: below("oauth2/v2.0/logout"),
    // Of this issuer alone: the page offers it to whoever makes a first job.
    example_client: { client_id: clientApplication.clientId, client_secret: clientApplication.secret },
  };
}

/** The answer by which Microsoft's client libraries learn that this authority exists. */
function toInstances(seenAs: string): object {
  const { host } = new URL(seenAs);
  return {
    tenant_discovery_endpoint: `${seenAs}/${tenantId}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
