import { ClientSecretCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { managementApplication, originalApplicationId, tenantId } from "../../local/issuer/applications.ts";
import { type RunningService, startService } from "../support/runningService.ts";

// Libraries of clients as they are published, with no more than the settings of docs/connect.md.

const { clientId, secret } = managementApplication;

let service: RunningService;
beforeAll(async () => {
  service = await startService({ https: true });
});
afterAll(() => service.stop());

async function statusWith(token: string): Promise<number> {
  return (await fetch(`${service.baseUrl}/manage/api/jobs`, { headers: { authorization: `Bearer ${token}` } })).status;
}

interface Configuration {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
}

describe("a token of the service's own origin is good there", () => {
  test("when @azure/identity asks for it", async () => {
    const options = { authorityHost: service.baseUrl, disableInstanceDiscovery: true };
    const credential = new ClientSecretCredential(tenantId, clientId, secret, options);

    const { token } = await credential.getToken(`${service.baseUrl}/.default`);

    expect(await statusWith(token)).toBe(200);
  });

  test("when @azure/msal-node asks for it", async () => {
    const application = new ConfidentialClientApplication({
      auth: {
        clientId,
        clientSecret: secret,
        authority: `${service.baseUrl}/${tenantId}`,
        knownAuthorities: [new URL(service.baseUrl).host],
      },
    });

    const result = await application.acquireTokenByClientCredential({ scopes: [`${service.baseUrl}/.default`] });

    expect(await statusWith(result?.accessToken ?? "")).toBe(200);
  });

  for (const resource of ["the service's address", "the address with a slash", originalApplicationId]) {
    test(`when a version 1 client asks for ${resource}`, async () => {
      const named: Readonly<Record<string, string>> = {
        "the service's address": service.baseUrl,
        "the address with a slash": `${service.baseUrl}/`,
      };
      const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret };
      const body = new URLSearchParams({ ...form, resource: named[resource] ?? resource, client_info: "1" });

      const answer = await fetch(`${service.baseUrl}/${tenantId}/oauth2/token`, { method: "POST", body });

      const { access_token: token } = await readJson<{ readonly access_token: string }>(answer);
      expect(await statusWith(token)).toBe(200);
    });
  }
});

test("every document of the issuer names the origin that it is fetched from", async () => {
  for (const path of [`${tenantId}`, `${tenantId}/v2.0`, "common/v2.0"]) {
    const answer = await fetch(`${service.baseUrl}/${path}/.well-known/openid-configuration`);
    const configuration = await readJson<Configuration>(answer);

    const { issuer, jwks_uri: keys, token_endpoint: tokens } = configuration;
    expect([issuer, keys, tokens].map((address) => new URL(address).origin)).toEqual(
      Array.from({ length: 3 }, () => service.baseUrl),
    );
    expect((await fetch(keys)).status).toBe(200);
  }
});

test("the issuer leaves the app's own paths to the app", async () => {
  expect(await (await fetch(`${service.baseUrl}/healthz`)).text()).toBe("healthy\n");
  expect((await fetch(`${service.baseUrl}/en/api/connector/dequeue/x`)).status).toBe(401);
});
