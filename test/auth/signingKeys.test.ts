import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JSONWebKeySet } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { createSigningKeys, fetchKeySet, type HeldSigningKeys } from "../../shared/auth/signingKeys.ts";
import { foreignPublicJwk, keySet, noon } from "./testIssuer.ts";

const hour = 3_600_000;
const unavailable = expect.objectContaining({ name: "KeysUnavailable" });
const notAuthenticated = expect.objectContaining({ code: "notAuthenticated" });
const rolledOver: JSONWebKeySet = { keys: [...keySet.keys, { ...foreignPublicJwk, kid: "next", use: "sig" }] };

interface Issuer {
  readonly keys: HeldSigningKeys;
  fetches: number;
  answer: JSONWebKeySet | Error;
  now: number;
}

/** An issuer whose answers, outages and time a test decides. */
function issuer(): Issuer {
  const state = { answer: keySet as JSONWebKeySet | Error, now: noon, fetches: 0 };
  async function answer(): Promise<JSONWebKeySet> {
    state.fetches++;
    if (state.answer instanceof Error) throw state.answer;
    return state.answer;
  }
  return Object.assign(state, { keys: createSigningKeys(answer, () => state.now) });
}

function issuerThatIsAway(): Issuer {
  return Object.assign(issuer(), { answer: new Error("The issuer is away.") });
}

const header = (kid: string): { alg: string; kid: string } => ({ alg: "RS256", kid });

describe("signing keys", () => {
  test("are fetched once for ten minutes, however many ask at once", async () => {
    const tenant = issuer();

    await Promise.all(Array.from({ length: 20 }, async () => tenant.keys(header("real"))));
    tenant.now += 10 * 60_000 - 1;
    await tenant.keys(header("real"));

    expect(tenant.fetches).toBe(1);
    tenant.now += 1;
    await tenant.keys(header("real"));
    expect(tenant.fetches).toBe(2);
  });

  test("are usable while they are held, though their issuer fails, and not when none ever came or they are a day old", async () => {
    const tenant = issuer();
    await tenant.keys.requireUsable();

    tenant.answer = new Error("The issuer is away.");
    tenant.now += 23 * hour;
    await tenant.keys.requireUsable();
    tenant.now += 2 * hour;

    await expect(tenant.keys.requireUsable()).rejects.toEqual(unavailable);
    await expect(issuerThatIsAway().keys.requireUsable()).rejects.toEqual(unavailable);
  });

  test("of a rollover are found by the first token that names the new one", async () => {
    const tenant = issuer();
    await tenant.keys(header("real"));

    tenant.answer = rolledOver;
    tenant.now += 31_000;

    await expect(tenant.keys(header("next"))).resolves.toBeDefined();
    expect(tenant.fetches).toBe(2);
  });

  test("are fetched at most once in thirty seconds for any number of unknown ones", async () => {
    const tenant = issuer();
    await tenant.keys(header("real"));
    tenant.now += 31_000;

    for (let n = 0; n < 1_000; n++) await expect(tenant.keys(header(`kid-${n}`))).rejects.toThrow(notAuthenticated);

    expect(tenant.fetches).toBe(2);
  });

  test("are fetched once in ten minutes for one unknown one", async () => {
    const tenant = issuer();
    await tenant.keys(header("real"));

    for (let second = 0; second < 590; second += 5) {
      tenant.now += 5_000;
      await expect(tenant.keys(header("unknown"))).rejects.toThrow(notAuthenticated);
    }

    expect(tenant.fetches).toBe(2);
  });

  test("that cannot be fetched are no fault of the caller, and are asked for again after five seconds", async () => {
    const tenant = issuer();
    tenant.answer = new Error("no route");

    await expect(tenant.keys(header("real"))).rejects.toThrow(unavailable);
    await expect(tenant.keys(header("real"))).rejects.toMatchObject({ retryAfterSeconds: 5, cause: tenant.answer });
    expect(tenant.fetches).toBe(1);

    tenant.answer = keySet;
    tenant.now += 5_000;
    await expect(tenant.keys(header("real"))).resolves.toBeDefined();
  });

  test("that are held outlast a day of outage, during which unknown ones are not judged", async () => {
    const tenant = issuer();
    await tenant.keys(header("real"));
    tenant.answer = new Error("no route");

    tenant.now += 24 * hour - 1;
    await expect(tenant.keys(header("real"))).resolves.toBeDefined();
    await expect(tenant.keys(header("next"))).rejects.toThrow(unavailable);

    tenant.now += 1;
    await expect(tenant.keys(header("real"))).rejects.toThrow(unavailable);
  });

  test("are not asked for by a header without a usable key id", async () => {
    const tenant = issuer();

    for (const kid of ["", "k".repeat(257)]) await expect(tenant.keys(header(kid))).rejects.toThrow(notAuthenticated);
    await expect(tenant.keys({ alg: "RS256" })).rejects.toThrow(notAuthenticated);

    expect(tenant.fetches).toBe(0);
  });

  test("that are no key set count as an outage", async () => {
    const tenant = issuer();
    tenant.answer = { keys: "none" } as unknown as JSONWebKeySet;

    await expect(tenant.keys(header("real"))).rejects.toThrow(unavailable);
  });
});

describe("a key set over HTTP", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function serve(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    server = createServer((request, response) => {
      if (request.url === "/elsewhere") response.end(JSON.stringify(keySet));
      else response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  }

  test("is read as it is", async () => {
    const url = await serve(200, JSON.stringify(keySet));

    expect(await fetchKeySet(url)).toEqual(keySet);
  });

  for (const [what, status, body, headers] of [
    ["an error", 500, JSON.stringify(keySet), {}],
    ["a redirect to one", 302, "", { location: "/elsewhere" }],
    ["a page", 200, "<html>", {}],
    ["another document", 200, "{}", {}],
    ["a set without keys", 200, '{"keys":[]}', {}],
  ] as const) {
    test(`is not ${what}`, async () => {
      const url = await serve(status, body, headers);

      await expect(fetchKeySet(url)).rejects.toThrow(Error);
    });
  }
});
