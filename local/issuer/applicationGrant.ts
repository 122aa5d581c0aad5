import { lifetimeSeconds, signAccessToken } from "./accessToken.ts";
import type { SigningKey } from "./signingKey.ts";
import { type AudienceOf, readTokenRequest, type TokenVersion } from "./tokenRequest.ts";

interface Granting {
  readonly baseUrl: string;
  readonly key: SigningKey;
  readonly audienceOf: AudienceOf;
}

/** The answer to an application that shows its secret. */
export async function grantApplicationToken(
  form: URLSearchParams,
  authorization: string | undefined,
  { baseUrl, key, audienceOf }: Granting,
  version: TokenVersion,
): Promise<object> {
  const grant = readTokenRequest(form, authorization, version, audienceOf);
  const now = Date.now();
  const token = await signAccessToken(key, baseUrl, version, grant, now);
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
