import { describe, expect, test } from "vitest";
import { authorityOf } from "../../shared/auth/authority.ts";
import { apiClientId, tenantId } from "./testIssuer.ts";

const given = { tenantId: tenantId.toUpperCase(), apiClientId };

describe("the authority", () => {
  test("is the tenant in Entra ID, of which client libraries know the rest", () => {
    const { issuers, keysUrl, signIn } = authorityOf({ ...given, developmentIssuerUrl: undefined });

    expect(issuers.v2).toBe(`https://login.microsoftonline.com/${tenantId}/v2.0`);
    expect(keysUrl).toBe(`https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`);
    expect(signIn).toEqual({
      authority: `https://login.microsoftonline.com/${tenantId}`,
      clientId: apiClientId,
      scope: `api://${apiClientId}/Manage.Access`,
      knownAuthorities: [],
    });
  });

  test("is the development issuer, spelled as client libraries take it, with where everything is", () => {
    const { issuers, signIn } = authorityOf({ ...given, developmentIssuerUrl: "http://localhost:7071" });

    expect(issuers).toEqual({
      v1: `http://localhost:7071/${tenantId}/`,
      v2: `http://localhost:7071/${tenantId}/v2.0`,
    });
    expect(signIn).toMatchObject({
      authority: `https://localhost:7071/${tenantId}`,
      knownAuthorities: ["localhost:7071"],
      authorityMetadata: {
        issuer: issuers.v2,
        authorization_endpoint: `http://localhost:7071/${tenantId}/oauth2/v2.0/authorize`,
        token_endpoint: `http://localhost:7071/${tenantId}/oauth2/v2.0/token`,
      },
    });
  });
});
