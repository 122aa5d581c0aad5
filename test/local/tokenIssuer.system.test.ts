import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiClientId } from "../../local/issuer/applications.ts";
import { holdPort } from "../../local/freePort.ts";
import { startTokenIssuer } from "../../local/tokenIssuer.ts";

const audience = "http://localhost:7071";
const clientId = "00000000-0000-4000-8000-0000000000c3";
const asked = { grant_type: "client_credentials", client_id: clientId, client_secret: "local-development" };

let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
beforeAll(async () => {
  const held = await holdPort(0);
  await held?.release();
  issuer = await startTokenIssuer({ port: held?.port ?? 0, audience });
});
afterAll(() => issuer.stop());

async function post(
  endpoint: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = `${issuer.baseUrl}/${issuer.tenantId}/${endpoint}`;
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form), headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, string>;
}

interface Documents {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly tenant_discovery_endpoint: string;
  readonly metadata: readonly { readonly aliases: readonly string[] }[];
}

async function read(path: string): Promise<Documents> {
  return JSON.parse(await (await fetch(`${issuer.baseUrl}/${path}`)).text());
}

describe("the development issuer", () => {
  for (const [version, endpoint, discovery, form, claims] of [
    ["1.0", "oauth2/token", "", { resource: audience }, { aud: audience, appid: clientId, appidacr: "1" }],
    ["1.0", "oauth2/token", "", { resource: `${audience}/` }, { aud: `${audience}/`, appid: clientId, appidacr: "1" }],
    [
      "2.0",
      "oauth2/v2.0/token",
      "v2.0/",
      { scope: `${audience}/.default` },
      { aud: apiClientId, azp: clientId, azpacr: "1" },
    ],
    [
      "2.0",
      "oauth2/v2.0/token",
      "v2.0/",
      { scope: `${audience}//.default` },
      { aud: apiClientId, azp: clientId, azpacr: "1" },
    ],
  ] as const) {
    test(`signs a version ${version} token for ${JSON.stringify(form)} with the key that it publishes`, async () => {
      const { status, body } = await post(endpoint, { ...asked, ...form, client_info: "1" });

      const configuration = await read(`${issuer.tenantId}/${discovery}.well-known/openid-configuration`);
      const keys = createLocalJWKSet(JSON.parse(await (await fetch(configuration.jwks_uri)).text()));
      const { payload } = await jwtVerify(String(body["access_token"]), keys, { issuer: configuration.issuer });
      expect(status).toBe(200);
      expect(body["token_type"]).toBe("Bearer");
      expect(payload).toMatchObject({ ver: version, tid: issuer.tenantId, ...claims });
      expect(payload["roles"]).toContain("Integration.Manage");
    });
  }

  test("spells numbers as text in version 1 and as numbers in version 2", async () => {
    const first = await post("oauth2/token", { ...asked, resource: audience });
    const second = await post("oauth2/v2.0/token", { ...asked, scope: `${audience}/.default` });

    expect(first.body["expires_in"]).toBe("3599");
    expect(second.body["expires_in"]).toBe(3599);
  });

  test("takes the secret from a Basic header as well", async () => {
    const authorization = `Basic ${Buffer.from(`${clientId}:local-development`).toString("base64")}`;
    const form = { grant_type: "client_credentials", resource: audience };

    expect((await post("oauth2/token", form, { authorization })).status).toBe(200);
  });

  for (const [what, change, status, error, code] of [
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", 7000215],
    ["no secret", { client_secret: "" }, 401, "invalid_client", 7000218],
    [
      "an unknown application",
      { client_id: "00000000-0000-4000-8000-0000000000ff" },
      400,
      "unauthorized_client",
      700016,
    ],
    ["another grant type", { grant_type: "password" }, 400, "unsupported_grant_type", 70003],
    ["a scope without /.default", { scope: audience }, 400, "invalid_scope", 1002012],
    ["another service's audience", { scope: "https://graph.microsoft.com/.default" }, 400, "invalid_resource", 500011],
  ] as const) {
    test(`refuses ${what} in Entra's words`, async () => {
      const answer = await post("oauth2/v2.0/token", { ...asked, scope: `${audience}/.default`, ...change });

      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ error, error_codes: [code] });
      expect(answer.body["error_description"]).toMatch(new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Correlation ID: `));
      expect(answer.body["timestamp"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    });
  }

  test("answers the discovery of instances with itself", async () => {
    const answer = await read("common/discovery/instance?api-version=1.1&authorization_endpoint=x");

    expect(answer.tenant_discovery_endpoint).toContain(issuer.baseUrl);
    expect(answer.metadata[0]?.aliases).toEqual([new URL(issuer.baseUrl).host]);
  });
});
