import { describe, expect, test } from "vitest";
import { authorityOf } from "../../shared/auth/authority.ts";
import { apiClientId, tenantId } from "./testIssuer.ts";

const given = { tenantId: tenantId.toUpperCase(), apiClientId };

describe("the authority", () => {
  test("is the tenant in Entra ID, where its discovery document says the rest", () => {
    const { issuers, keysUrl, signIn } = authorityOf({ ...given, developmentIssuerUrl: undefined });

    expect(issuers.v2).toBe(`https://login.microsoftonline.com/${tenantId}/v2.0`);
    expect(keysUrl).toBe(`https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`);
    expect(signIn).toEqual({ issuer: issuers.v2, clientId: apiClientId, scope: `${apiClientId}/Manage.Access` });
  });

  test("is the development issuer where there is one", () => {
    const { issuers, signIn } = authorityOf({ ...given, developmentIssuerUrl: "http://localhost:7071" });

    expect(issuers).toEqual({
      v1: `http://localhost:7071/${tenantId}/`,
      v2: `http://localhost:7071/${tenantId}/v2.0`,
    });
    expect(signIn.issuer).toBe(issuers.v2);
  });
});
