import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signAccessToken, signClaims } from "../../local/issuer/accessToken.ts";
import {
  apiClientId,
  type Application,
  clientApplication,
  managementApplication,
  tenantId,
  unlistedApplication,
} from "../../local/issuer/applications.ts";
import { people } from "../../local/issuer/people.ts";
import { loadSigningKey, type SigningKey } from "../../local/issuer/signingKey.ts";
import { routeOf } from "../../shared/http/manageRoutes.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { type RawReply, sendRaw } from "../replay/rawRequest.ts";
import { exportJob, exportJobId, importJob, importJobId, seed } from "../support/definitions.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { askFor, choose, redeem, returned, signInAs } from "../support/signIn.ts";

// Every route of the running host × every way of not being allowed. A new route is in the matrix by itself.

const unknownId = "00000000-0000-4000-8000-00000000dead";
const deletedId = "00000000-0000-4000-8000-0000000000de";
const anonymousFunctions = ["health", "healthReady", "healthRoot", "manageGetOpenApi", "manageGetSignIn", "zzPage"];
/** It stands for no address of its own. */
const strayFunction = "zzStray";

let folder: string;
let service: RunningService;
let issuerUrl: string;
let key: SigningKey;
let routes: readonly Route[];

interface Route {
  readonly name: string;
  readonly method: string;
  /** The address, with the job that the route is for. */
  readonly target: (activityId?: string) => string;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "matrix-"));
  service = await startService({ dataFolder: folder });
  issuerUrl = new URL(service.tokenUrl).origin;
  key = await loadSigningKey(path.join(folder, "issuer.json"));
  const ports = storagePorts(azureGround({ connectionString: service.connectionString }));
  const deleted = { ...importJob, activityId: deletedId, name: "Deleted" };
  const isEnabled = false;
  const withDisabledId = [...importJob.applications, { applicationId: managementApplication.clientId, isEnabled }];
  await seed(ports as Parameters<typeof seed>[0], [
    { ...importJob, applications: withDisabledId },
    { ...exportJob, applications: withDisabledId },
    deleted,
  ]);
  const { etag } = (await ports.definitions.find("job", deletedId))!;
  await ports.definitions.remove("job", deletedId, etag);
  const served = service.routes.filter(({ functionName }) => functionName !== strayFunction);
  routes = served.flatMap(({ functionName, template, methods }) =>
    methods.map((method) => ({ name: functionName, method, target: (id) => fill(functionName, template, id) })),
  );
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

function fill(name: string, template: string, activityId?: string): string {
  const ofJob = /Dequeue|Download|Ack/.test(name) ? exportJobId : importJobId;
  const values: Record<string, string> = {
    activityId: activityId ?? ofJob,
    language: "en",
    namespace: "AXSF",
    name: "Customer%20groups",
    entity: "Customer%20groups",
    kind: "failed",
    line: "2",
    version: "1",
    id: unknownId,
    uploadId: unknownId,
    path: "DataManagementDefinitionGroups",
    ignored: "",
  };
  const filled = template.replace(/\{\*?(\w+)[^}]*\}/g, (_, parameter: string) => {
    const value = values[parameter];
    if (value === undefined) throw new Error(`The matrix knows no value for {${parameter}} of ${name}.`);
    return value;
  });
  return `/${filled}`;
}

const isConnector = (route: Route): boolean => route.name.startsWith("connector");
const isOData = (route: Route): boolean => route.name.startsWith("odata");
const isManage = (route: Route): boolean => route.name.startsWith("manage") && !anonymousFunctions.includes(route.name);

function call(route: Route, token: string | undefined, activityId?: string): Promise<RawReply> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const body = route.method === "POST" || route.method === "PUT" ? "x" : undefined;
  return sendRaw(service.baseUrl, route.method, route.target(activityId), headers, body);
}

const tokenFor = (application: Application, now = Date.now(), resource = service.baseUrl): Promise<string> =>
  signAccessToken(key, issuerUrl, "1.0", { application, audience: resource }, now);

const forged: Record<string, () => Promise<string | undefined>> = {
  "no token": async () => undefined,
  "a text that is no token": async () => "not-a-token",
  "an expired token": () => tokenFor(clientApplication, Date.now() - 3 * 3_600_000),
  "a token that is not valid yet": () => tokenFor(clientApplication, Date.now() + 3_600_000),
  "a token for another audience": () => tokenFor(clientApplication, Date.now(), "https://graph.example"),
  "a token of another issuer": () =>
    signAccessToken(
      key,
      "https://elsewhere.example",
      "1.0",
      { application: clientApplication, audience: service.baseUrl },
      Date.now(),
    ),
  "a token of another key": async () => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: key.kid }).sign(privateKey);
  },
  "a token without a signature": async () => new UnsecuredJWT(claims()).encode(),
  "a token that is signed with the public key as a secret": () =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256", kid: key.kid })
      .sign(new TextEncoder().encode(apiClientId)),
};

function claims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const { clientId } = clientApplication;
  const iss = `${issuerUrl}/${tenantId}/v2.0`;
  return { aud: apiClientId, iss, tid: tenantId, azp: clientId, ver: "2.0", iat: now, nbf: now, exp: now + 3600 };
}

/** Of somebody who signed in at the page, but for what is given. */
function personToken(given: Readonly<Record<string, unknown>>): Promise<string> {
  const { objectId: oid, userName } = people[0]!;
  const person = { oid, preferred_username: userName, azp: apiClientId, azpacr: "0" };
  return signClaims(key, { ...claims(), ...person, ...given }, Date.now());
}

describe("the auth matrix", () => {
  test("knows the kind of every route", () => {
    const strange = routes.filter(
      (route) => !isConnector(route) && !isManage(route) && !isOData(route) && !anonymousFunctions.includes(route.name),
    );

    expect(strange).toEqual([]);
    expect(routes.length).toBeGreaterThan(40);
  });

  test("answers anybody on the six routes that show nothing", async () => {
    for (const route of routes.filter(({ name }) => anonymousFunctions.includes(name))) {
      expect(await call(route, undefined)).toMatchObject({ status: 200 });
    }
  });

  test.each(Object.keys(forged))("answers 401 to %s on every other route", async (kind) => {
    const token = await forged[kind]!();
    const wrong: string[] = [];
    for (const route of routes.filter(({ name }) => !anonymousFunctions.includes(name))) {
      const { status, headers, body } = await call(route, token);
      const isRefused = status === 401 && headers["www-authenticate"] === 'Bearer error="invalid_token"';
      if (!isRefused || body.includes(token ?? "\u0000")) wrong.push(`${route.name}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  test("answers the same 403 with the same bytes to whoever is not on the list, whether the job exists or not", async () => {
    const stranger = await tokenFor(unlistedApplication);
    const notEnabled = await tokenFor(managementApplication);
    const bodies = new Set<string>();
    const heads = new Set<string>();
    for (const route of routes.filter(isConnector)) {
      const replies = await Promise.all([
        call(route, stranger),
        call(route, notEnabled),
        call(route, stranger, unknownId),
        call(route, stranger, deletedId),
        call(route, await tokenFor(clientApplication), unknownId),
      ]);
      for (const { status, headers, body } of replies) {
        heads.add(`${status} ${String(headers["x-error"])}`);
        if (route.method !== "HEAD" || body !== "") bodies.add(body);
      }
    }

    expect([...heads]).toEqual([expect.stringMatching(/^403 /)]);
    expect(bodies.size).toBe(1);
  });

  test("gives nobody without the role a management route, however good the token", async () => {
    const client = await tokenFor(clientApplication);
    const wrong: string[] = [];
    for (const route of routes.filter(isManage)) {
      const { status } = await call(route, client);
      if (status !== 403) wrong.push(`${route.name}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  test("gives entities to an application with the role of the package API alone, and shows them to it only", async () => {
    const readers = { ...managementApplication, roles: ["Integration.Manage", "Integration.Read"] };
    const person = { scp: "Manage.Access", roles: ["Integration.Package", "Integration.Manage"] };
    const refused = await Promise.all([tokenFor(unlistedApplication), tokenFor(readers), personToken(person)]);
    const allowed = await tokenFor(managementApplication);
    const wrong: string[] = [];
    for (const route of routes.filter(isOData)) {
      const statuses = await Promise.all(refused.map(async (token) => (await call(route, token)).status));
      const { status } = await call(route, allowed);
      const isFine = status === ({ GET: 200, POST: 400 }[route.method] ?? 405);
      if (!isFine || statuses.some((each) => each !== 403)) wrong.push(`${route.name}: ${status} ${statuses.join()}`);
    }

    expect(wrong).toEqual([]);
  });

  test("lets a reader read and nothing else", async () => {
    const reader = await tokenFor({ ...managementApplication, roles: ["Integration.Read"] });
    const wrong: string[] = [];
    for (const route of routes.filter(isManage)) {
      const { status } = await call(route, reader);
      const isRead = routeOf(route.name).permission === "read";
      const isFine = isRead ? status !== 403 && status !== 401 : status === 403;
      if (!isFine) wrong.push(`${route.method} ${route.name}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  test("lets a person who signed in at the page do what the role of the person says", async () => {
    const site = { issuerUrl, redirectUri: `${service.baseUrl}/manage` };
    const [manager, reader] = await Promise.all(people.map((person) => signInAs(site, person)));
    const send = async (method: string, target: string, token: string | undefined) => {
      const { status, body } = await sendRaw(service.baseUrl, method, target, { Authorization: `Bearer ${token}` });
      return { status, json: JSON.parse(body || "{}") };
    };

    expect(await send("GET", "/manage/api/me", manager)).toMatchObject({
      status: 200,
      json: { applicationId: apiClientId, person: { name: people[0]!.userName }, mayManage: true },
    });
    expect((await send("GET", "/manage/api/me", reader)).json).toMatchObject({ mayManage: false });
    expect((await send("DELETE", "/manage/api/projects/None", manager)).status).toBe(404);
    const refused = await send("DELETE", "/manage/api/projects/None", reader);
    expect(refused).toMatchObject({ status: 403, json: { detail: expect.stringContaining("Integration.Manage") } });
  });

  test("gives no person a place on a job's list, though the application is on it", async () => {
    const roles = ["Integration.Manage", "Integration.Connect"];
    const token = await personToken({ azp: clientApplication.clientId, scp: "Manage.Access", roles });
    const wrong: string[] = [];
    for (const route of routes.filter(isConnector)) {
      const { status, headers, body } = await call(route, token);
      const saysWhy = route.method === "HEAD" || body.includes("client credentials");
      if (status !== 403 || !saysWhy) wrong.push(`${route.name}: ${status} ${String(headers["x-error"])}`);
    }

    expect(wrong).toEqual([]);
  });

  test.each([
    ["for no scope of this API", { scp: "user_impersonation", roles: ["Integration.Manage"] }],
    ["for a scope without a name", { scp: "", roles: ["Integration.Manage"] }],
    ["without a role", { scp: "Manage.Access" }],
    ["with a role of applications", { scp: "Manage.Access", roles: ["Integration.Connect", "Integration.Package"] }],
    ["as a user without a scope", { idtyp: "user", roles: ["Integration.Manage"] }],
  ])("gives a person no management route who signed in %s", async (_how, claims) => {
    const token = await personToken(claims);
    const wrong: string[] = [];
    for (const route of routes.filter(isManage)) {
      const { status } = await call(route, token);
      if (status !== 403) wrong.push(`${route.name}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  test("takes the page's ID token for nothing, though it has the audience and the roles", async () => {
    const site = { issuerUrl, redirectUri: `${service.baseUrl}/manage` };
    const { code } = returned(await choose(site, askFor(site), people[0]!));
    const { json } = await redeem(site, { code });
    const idToken: string = json.id_token;
    expect(decodeJwt(idToken)).toMatchObject({ aud: apiClientId, roles: ["Integration.Manage"] });

    for (const route of routes.filter(({ name }) => !anonymousFunctions.includes(name))) {
      expect([route.name, (await call(route, idToken)).status]).toEqual([route.name, 401]);
    }
  });

  test("tells anybody where people sign in, which is where they do", async () => {
    const { status, headers, body } = await sendRaw(service.baseUrl, "GET", "/manage/api/sign-in");
    const { issuer, clientId } = JSON.parse(body);

    expect([status, headers["cache-control"], clientId]).toEqual([200, "public, max-age=300", apiClientId]);
    expect(issuer).toBe(`${issuerUrl}/${tenantId}/v2.0`);
    const found: unknown = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    const { authorization_endpoint: form } = found as { authorization_endpoint: string };
    const { status: shown } = await fetch(form);
    expect(shown).toBe(400);
  });

  test("gives out nothing of the page's folder, and takes no page for the API", async () => {
    const ask = (target: string, method = "GET") => sendRaw(service.baseUrl, method, target);
    for (const name of ["..%2fpage.json", "%2e%2e%2fpage.json", "..%5cpage.json", "../page.json", "__proto__", "%00"]) {
      expect((await ask(`/manage/assets/${name}`)).body).not.toContain('"stored"');
    }
    for (const target of ["/manage/api/nothing", "/manage/%61pi/nothing", "//manage//api/nothing", "/manage/api"]) {
      expect([target, (await ask(target)).status]).toEqual([target, 404]);
    }
    for (const target of ["/manage/jobs", "//manage//jobs"]) {
      const { status, headers } = await ask(target, "DELETE");
      expect([target, status, headers["allow"]]).toEqual([target, 405, "GET, HEAD"]);
      expect((await ask(target)).status).toBe(200);
    }
  });

  test("opens nothing through a slash too many", async () => {
    const wrong: string[] = [];
    for (const route of routes.filter(({ name }) => !anonymousFunctions.includes(name))) {
      const body = route.method === "POST" || route.method === "PUT" ? "x" : undefined;
      const { status } = await sendRaw(service.baseUrl, route.method, `/${route.target()}`, {}, body);
      if (status !== 401) wrong.push(`${route.method} ${route.name}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  test("takes nothing from the query for a header or for a part of the path", async () => {
    const client = await tokenFor(clientApplication);
    const headers = encodeURIComponent(JSON.stringify({ authorization: `Bearer ${client}` }));
    const own = `/api/connector/jobstatus/${importJobId}?jobId=${unknownId}`;
    const other = `/api/connector/jobstatus/${unknownId}?jobId=${unknownId}&activityId=${importJobId}`;

    expect((await sendRaw(service.baseUrl, "GET", `${own}&Headers=${headers}`)).status).toBe(401);
    expect((await sendRaw(service.baseUrl, "GET", other, { Authorization: `Bearer ${client}` })).status).toBe(403);
  });

  test("knows no message of another job", async () => {
    const client = await tokenFor(clientApplication);
    const enqueued = await sendRaw(
      service.baseUrl,
      "POST",
      `/api/connector/enqueue/${importJobId}?entity=Customer%20groups`,
      { Authorization: `Bearer ${client}` },
      "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n",
    );
    const messageId: string = JSON.parse(enqueued.body);
    const query = `correlation-id=${messageId}&blob=${messageId}`;

    const download = `/api/connector/download/${exportJobId}?${query}`;
    expect((await sendRaw(service.baseUrl, "GET", download, { Authorization: `Bearer ${client}` })).status).toBe(404);
  });
});
