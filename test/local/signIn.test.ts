import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdPort } from "../../local/freePort.ts";
import { apiClientId, clientApplication, tenantId } from "../../local/issuer/applications.ts";
import { managingPerson, people, readingPerson } from "../../local/issuer/people.ts";
import { createTickets } from "../../local/issuer/tickets.ts";
import { startTokenIssuer } from "../../local/tokenIssuer.ts";
import { exampleClientOf } from "../../web/session/exampleClient.ts";
import { askFor, choose, pageScope, redeem, returned, send, type Site } from "../support/signIn.ts";

const serviceUrl = "http://localhost:7071";

let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
let site: Site;
beforeAll(async () => {
  const held = await holdPort(0);
  await held?.release();
  issuer = await startTokenIssuer({ port: held?.port ?? 0, audience: serviceUrl });
  site = { issuerUrl: issuer.baseUrl, redirectUri: `${issuer.baseUrl}/manage` };
});
afterAll(() => issuer.stop());

const ask = (changes: Parameters<typeof askFor>[1] = {}, init: RequestInit = {}) =>
  send(site, `authorize?${askFor(site, changes).toString()}`, init);
const codeFor = async (changes: Parameters<typeof askFor>[1] = {}) => {
  const { code } = returned(await choose(site, askFor(site, changes), managingPerson));
  return code!;
};
const signedIn = async () =>
  (await choose(site, askFor(site), managingPerson)).headers.get("set-cookie")!.split(";")[0]!;

describe("the sign-in form", () => {
  test("offers each person, runs no script and stands in no frame", async () => {
    const { status, text, headers } = await ask();

    expect(status).toBe(200);
    for (const { name, userName } of people) expect(text).toContain(`<strong>${name}</strong></span><span>${userName}`);
    const policy = headers.get("content-security-policy")!;
    expect(policy).toMatch(/default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script|unsafe/);
    expect(text).not.toContain("<script");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("holds hostile parameters as text", async () => {
    const hostile = `"><img src=x onerror=alert(1)>'&\u202e`;
    const { text } = await ask({ state: hostile, nonce: hostile, login_hint: hostile });

    expect(text).not.toContain("<img");
    expect(text.match(/action="[^"]*"/)?.[0]).toContain("authorize?client_id=");
    const { state } = returned(await choose(site, askFor(site, { state: hostile }), managingPerson));
    expect(state).toBe(hostile);
    const refused = await ask({ redirect_uri: hostile, client_id: apiClientId });
    expect(refused.text).toContain("&#34;&#62;&#60;img src=x onerror=alert(1)&#62;&#39;&#38;");
    expect(refused.text).not.toContain("<img");
  });

  test("has the hinted person first at hand", async () => {
    const { text } = await ask({ login_hint: readingPerson.userName.toUpperCase() });

    expect(text).toContain(`value="${readingPerson.objectId}" autofocus`);
    expect(text).not.toContain(`value="${managingPerson.objectId}" autofocus`);
  });

  test("is not taken from another site", async () => {
    const init = { method: "POST", body: new URLSearchParams({ person: managingPerson.objectId }) };
    const foreign = await ask({}, { ...init, headers: { origin: "https://evil.example" } });

    expect(foreign).toMatchObject({ status: 400 });
    expect(foreign.headers.has("location")).toBe(false);
    expect(foreign.headers.has("set-cookie")).toBe(false);
  });

  test("tells the page that the person cancelled, or chose nobody", async () => {
    const post = (form: Record<string, string>) =>
      ask({}, { method: "POST", headers: { origin: site.issuerUrl }, body: new URLSearchParams(form) });

    expect(returned(await post({ cancel: "1" }))).toMatchObject({ error: "access_denied", state: "state-1" });
    expect(await post({ person: "00000000-0000-4000-9000-0000000000ff" })).toMatchObject({ status: 400 });
  });
});

describe("a sign-in", () => {
  test("goes back to no address but the page's", async () => {
    const others = [
      "https://evil.example/manage",
      `${issuer.baseUrl}/manage/../api`,
      `${issuer.baseUrl}/manage?next=x`,
      `${issuer.baseUrl}/manage#x`,
      `${issuer.baseUrl}/manage/api/me`,
      `${issuer.baseUrl}@evil.example/manage`,
      `${issuer.baseUrl.replace("http:", "https:")}/manage`,
      `javascript:alert(1)//${issuer.baseUrl}/manage`,
      "",
    ];
    for (const redirect_uri of [...others, undefined]) {
      const { status, headers } = await ask({ redirect_uri });

      expect([redirect_uri, status, headers.get("location")]).toEqual([redirect_uri, 400, null]);
    }
    expect(await ask({ client_id: "00000000-0000-4000-8000-0000000000c3" })).toMatchObject({ status: 400 });
    expect((await ask({ redirect_uri: "https://evil.example/manage" })).text).toContain("AADSTS50011");
  });

  test("takes no parameter twice", async () => {
    const twice = (name: string, value: string) => {
      const asked = askFor(site);
      asked.append(name, value);
      return send(site, `authorize?${asked.toString()}`);
    };

    expect((await twice("redirect_uri", "https://evil.example/manage")).status).toBe(400);
    expect(returned(await twice("code_challenge", "x"))).toMatchObject({ error: "invalid_request" });
  });

  for (const [what, changes, error] of [
    ["without PKCE", { code_challenge: undefined }, "invalid_request"],
    ["with a plain challenge", { code_challenge_method: "plain" }, "invalid_request"],
    ["with a challenge of no method", { code_challenge_method: undefined }, "invalid_request"],
    ["with a challenge that is no SHA-256", { code_challenge: "short" }, "invalid_request"],
    ["for a token at once", { response_type: "token" }, "unsupported_response_type"],
    ["for another API", { scope: "openid https://graph.microsoft.com/User.Read" }, "invalid_scope"],
    [
      "for the API by its URI, whose tokens Entra ID would not renew",
      { scope: `openid api://${pageScope}` },
      "invalid_scope",
    ],
    ["for no API", { scope: "openid profile" }, "invalid_scope"],
    ["with a prompt that does not exist", { prompt: "sometimes" }, "invalid_request"],
  ] as const) {
    test(`${what} is refused where the page hears of it`, async () => {
      const answer = await ask(changes);

      expect(answer.status).toBe(303);
      expect(answer.headers.get("location")).toMatch(new RegExp(`^${issuer.baseUrl}/manage#error=`));
      expect(returned(answer)).toMatchObject({ error, state: "state-1" });
    });
  }

  test("answers in the query or the fragment, as it was asked", async () => {
    const inQuery = await choose(site, askFor(site, { response_mode: undefined }), managingPerson);

    expect(inQuery.headers.get("location")).toMatch(/\/manage\?code=/);
    expect((await ask({ response_mode: "form_post" })).status).toBe(400);
  });

  test("is remembered by the browser until the person signs out or is to be asked", async () => {
    const cookie = await signedIn();
    const back = async (changes: Parameters<typeof askFor>[1]) => ask(changes, { headers: { cookie } });

    expect(returned(await back({ prompt: "none" }))).toHaveProperty("code");
    expect(returned(await back({}))).toHaveProperty("code");
    expect((await back({ prompt: "select_account" })).text).toContain("<form");
    expect((await back({ prompt: "login" })).text).toContain("<form");
    const other = await back({ prompt: "none", login_hint: readingPerson.userName });
    expect(returned(other)).toMatchObject({ error: "login_required" });
    const home = `logout?post_logout_redirect_uri=${encodeURIComponent(site.redirectUri)}&state=s`;
    const out = await send(site, home, { headers: { cookie } });
    expect(out.headers.get("location")).toBe(`${site.redirectUri}?state=s`);
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(returned(await back({ prompt: "none" }))).toMatchObject({ error: "login_required" });
  });

  test("is not remembered where scripts or other sites could use it", async () => {
    const header = (await choose(site, askFor(site), managingPerson)).headers.get("set-cookie");

    expect(header).toMatch(/HttpOnly; SameSite=Lax/);
    expect(header).toContain(`Path=/${tenantId}/oauth2/v2.0`);
  });

  test("ends at no address but the page's", async () => {
    const elsewhere = await send(site, "logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2Fmanage");

    expect(elsewhere.status).toBe(400);
    expect(elsewhere.headers.has("location")).toBe(false);
    expect((await send(site, "logout")).text).toContain("You are signed out");
  });
});

describe("the page's code", () => {
  test("becomes tokens that say who signed in, for what and to which client", async () => {
    const { status, json, headers } = await redeem(site, { code: await codeFor() });

    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe(issuer.baseUrl);
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 3_599, refresh_token_expires_in: 86_400 });
    expect(json.scope.split(" ")).toContain(pageScope);
    const uid = { uid: managingPerson.objectId, utid: tenantId };
    expect(JSON.parse(Buffer.from(json.client_info, "base64url").toString())).toEqual(uid);
    const published = await fetch(`${issuer.baseUrl}/${tenantId}/v2.0/.well-known/openid-configuration`);
    const { jwks_uri, issuer: iss } = JSON.parse(await published.text());
    const keys = createLocalJWKSet(JSON.parse(await (await fetch(jwks_uri)).text()));
    const verified = (token: string) => jwtVerify(token, keys, { issuer: iss, audience: apiClientId });
    const who = { oid: managingPerson.objectId, tid: tenantId, preferred_username: managingPerson.userName };
    const access = await verified(json.access_token);
    expect(access.payload).toMatchObject({
      ...who,
      azp: apiClientId,
      scp: "Manage.Access",
      roles: managingPerson.roles,
    });
    expect(access.payload).not.toHaveProperty("nonce");
    expect((await verified(json.id_token)).payload).toMatchObject({ ...who, nonce: "nonce-1" });
  });

  test("comes from an issuer that names the client which jobs may be tried with", async () => {
    const published = await fetch(`${issuer.baseUrl}/${tenantId}/v2.0/.well-known/openid-configuration`);

    expect(exampleClientOf(JSON.parse(await published.text()))).toEqual({
      applicationId: clientApplication.clientId,
      secret: clientApplication.secret,
    });
    expect(exampleClientOf({ issuer: "https://login.microsoftonline.com/common/v2.0" })).toBeUndefined();
  });

  test("is good once", async () => {
    const code = await codeFor();

    expect((await redeem(site, { code })).status).toBe(200);
    expect((await redeem(site, { code })).json).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
  });

  for (const [what, changes, error] of [
    ["another verifier", { code_verifier: "x".repeat(43) }, "invalid_grant"],
    ["a verifier that is too short", { code_verifier: "x" }, "invalid_grant"],
    ["no verifier", { code_verifier: undefined }, "invalid_request"],
    ["another of the page's addresses", { redirect_uri: `${serviceUrl}/manage` }, "invalid_grant"],
    ["another client", { client_id: "00000000-0000-4000-8000-0000000000c3" }, "unauthorized_client"],
    ["a secret, which a page cannot have", { client_secret: "local-development" }, "invalid_client"],
    ["a wider scope", { scope: `${pageScope} email` }, "invalid_grant"],
  ] as const) {
    test(`is refused with ${what}`, async () => {
      const answer = await redeem(site, { code: await codeFor(), ...changes });

      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.json).toMatchObject({ error });
    });
  }

  test("is refused to a page of another origin, which may not even read why", async () => {
    const { json, headers } = await redeem(site, { code: await codeFor() }, "https://evil.example");

    expect(json).toMatchObject({ error: "invalid_request", error_codes: [9002327] });
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("the page's refresh token", () => {
  const refresh = (refresh_token: string, changes: Readonly<Record<string, string>> = {}) =>
    redeem(site, { grant_type: "refresh_token", refresh_token, ...changes });

  test("is good once, and gives its successor", async () => {
    const first = (await redeem(site, { code: await codeFor() })).json;
    const second = await refresh(first.refresh_token);

    expect(decodeJwt(second.json.access_token)).toMatchObject({ oid: managingPerson.objectId, scp: "Manage.Access" });
    expect((await refresh(first.refresh_token)).json).toMatchObject({ error: "invalid_grant", error_codes: [700084] });
    expect((await refresh(second.json.refresh_token)).status).toBe(200);
  });

  test("keeps its scope where less is asked for, and gains none", async () => {
    const first = (await redeem(site, { code: await codeFor({ scope: `${pageScope} offline_access` }) })).json;
    expect(first).not.toHaveProperty("id_token");
    const less = (await refresh(first.refresh_token, { scope: pageScope })).json;

    expect(less.scope).toBe(pageScope);
    expect((await refresh(less.refresh_token, { scope: `${pageScope} openid` })).json.error).toBe("invalid_grant");
  });

  test("is given only to who asked for it", async () => {
    expect((await redeem(site, { code: await codeFor({ scope: pageScope }) })).json).not.toHaveProperty(
      "refresh_token",
    );
  });
});

describe("a ticket", () => {
  test("ends by its time, and the oldest goes where there are too many", () => {
    let now = 0;
    const tickets = createTickets<string>(2, () => now);
    const [first, second] = [tickets.give("first", 10), tickets.give("second", 20)];
    now = 10;

    expect([tickets.find(first), tickets.find(second)]).toEqual([undefined, "second"]);
    tickets.give("third", 30);
    const fourth = tickets.give("fourth", 30);
    expect([tickets.find(second), tickets.take(fourth), tickets.take(fourth)]).toEqual([
      undefined,
      "fourth",
      undefined,
    ]);
  });
});
